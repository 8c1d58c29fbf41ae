import CQLWire

/// What a statement brings along for its runs, beside what is bound.
struct StatementConstants: Equatable, Sendable {
    var bytes: [UInt8] = []
    var expressions: [TermExpression] = []
}

/// What is gathered while a statement is compiled: its constants, and what each bind marker stands for.
struct CompilationContext {
    private let markerNames: [String?]
    private(set) var constants = StatementConstants()
    private var markers: [ColumnSpec?]

    init(markerNames: [String?]) {
        self.markerNames = markerNames
        markers = [ColumnSpec?](repeating: nil, count: markerNames.count)
    }

    /// Forgets the constants of the statement before, where several make a batch.
    mutating func beginStatement() { constants = StatementConstants() }

    /// The markers in order.
    ///
    /// - Throws: `StatementError` (invalid) when one stands where its type is not known.
    func markerSpecs() throws(StatementError) -> [ColumnSpec] {
        var specs: [ColumnSpec] = []
        for marker in markers {
            guard let marker else { throw .unsupported("bind markers in this place are") }
            specs.append(marker)
        }
        return specs
    }

    /// The source of a term that is a value of `type`; a marker is called `name` unless it has a name of its own.
    ///
    /// - Throws: `StatementError` (invalid) when a constant is no value of the type.
    mutating func source(
        _ term: Term,
        _ type: ColumnType,
        name: String,
        in table: TableSchema
    ) throws(StatementError) -> ValueSource {
        if case .marker(let index) = term {
            setMarker(index, type, name: name, in: table)
            return .marker(index)
        }
        guard term.isConstant else {
            return add(try expression(term, type, name: name, in: table))
        }
        guard let bytes = try LiteralEncoder.encode(term, as: type, for: name) else { return .null }
        constants.bytes += bytes
        return .constant(constants.bytes.count - bytes.count..<constants.bytes.count)
    }

    mutating func source(_ term: Term, of column: Column, in table: TableSchema) throws(StatementError) -> ValueSource {
        try source(term, column.type, name: column.name, in: table)
    }

    /// The source of what an expression gives.
    mutating func add(_ expression: TermExpression) -> ValueSource {
        constants.expressions.append(expression)
        return .computed(constants.expressions.count - 1)
    }

    private mutating func setMarker(_ index: Int, _ type: ColumnType, name: String, in table: TableSchema) {
        markers[index] = ColumnSpec(
            table: TableSpec(keyspace: table.keyspace, table: table.name),
            name: markerNames[index] ?? name,
            type: type
        )
    }
}

// MARK: - Expressions

extension CompilationContext {
    /// Compiles a term with markers or functions in it.
    ///
    /// - Throws: `StatementError` (invalid) when it can be no value of the type.
    mutating func expression(
        _ term: Term,
        _ type: ColumnType,
        name: String,
        in table: TableSchema
    ) throws(StatementError) -> TermExpression {
        if term.isConstant { return .constant(try LiteralEncoder.encode(term, as: type, for: name)) }
        switch (term, type) {
        case (.marker(let index), _):
            setMarker(index, type, name: name, in: table)
            return .marker(index, ValueCheck(type))
        case (.function(let function, let arguments), _):
            return try call(function, arguments, type, name: name, in: table)
        case (_, .frozen(let inner)): return try expression(term, inner, name: name, in: table)
        case (.list(let terms), .list(let element)):
            return .list(try expressions(terms, element, "value(\(name))", table))
        case (.set(let terms), .set(let element)):
            return .set(try expressions(terms, element, "value(\(name))", table), element: element)
        case (.map(let entries), .map(let key, let value)):
            let keys = try expressions(entries.map(\.key), key, "key(\(name))", table)
            let values = try expressions(entries.map(\.value), value, "value(\(name))", table)
            return .map(zip(keys, values).map { .init(key: $0, value: $1) }, key: key)
        case (.tuple(let terms), .tuple(let elements)) where terms.count <= elements.count:
            var components: [TermExpression] = []
            for (index, (term, element)) in zip(terms, elements).enumerated() {
                components.append(try expression(term, element, name: "\(name)[\(index)]", in: table))
            }
            return .components(components)
        case (.fields(let fields), .userDefined(let definition)):
            try LiteralEncoder.checkFields(fields, of: definition, name)
            var components: [TermExpression] = []
            for field in definition.fields {
                let value = fields.last { $0.name == field.name }?.value ?? .null
                components.append(try expression(value, field.type, name: "\(name).\(field.name)", in: table))
            }
            return .components(components)
        default: throw LiteralEncoder.mismatch(term, type, name)
        }
    }

    private mutating func expressions(
        _ terms: [Term],
        _ type: ColumnType,
        _ name: String,
        _ table: TableSchema
    ) throws(StatementError) -> [TermExpression] {
        var expressions: [TermExpression] = []
        for term in terms { expressions.append(try expression(term, type, name: name, in: table)) }
        return expressions
    }

    private mutating func call(
        _ function: String,
        _ arguments: [Term],
        _ type: ColumnType,
        name: String,
        in table: TableSchema
    ) throws(StatementError) -> TermExpression {
        let overloads =
            function == "token" ? [ScalarFunction.token(of: table)] : ScalarFunction.overloads(of: function)
        guard !overloads.isEmpty else { throw .invalid("Unknown function '\(function)'") }
        let fitting = overloads.filter { $0.parameters.count == arguments.count }
        for overload in fitting {
            guard overload.result.takesValues(of: type) else { continue }
            let saved = self
            do throws(StatementError) {
                var values: [TermExpression] = []
                for (index, (argument, parameter)) in zip(arguments, overload.parameters).enumerated() {
                    let name = "arg\(index)(system.\(function))"
                    values.append(try expression(argument, parameter, name: name, in: table))
                }
                return .call(overload, values)
            } catch {
                self = saved
            }
        }
        if let other = fitting.first, !fitting.contains(where: { $0.result.takesValues(of: type) }) {
            throw .invalid(
                "Type error: cannot assign result of function system.\(function) (type \(other.result)) to \(name) "
                    + "(type \(type))"
            )
        }
        throw Self.noSignature(function, overloads)
    }

    static func noSignature(_ function: String, _ overloads: [ScalarFunction]) -> StatementError {
        let signatures = overloads.map { overload in
            "system.\(function) : (\(overload.parameters.map(\.description).joined(separator: ", "))) -> "
                + "\(overload.result)"
        }
        return .invalid(
            "Invalid call to function system.\(function), none of its type signatures match (known type signatures: "
                + "\(signatures.joined(separator: ", ")))"
        )
    }
}

extension ColumnType {
    /// Whether a value of this type can stand where `other` is wanted: the same bytes mean something there.
    func takesValues(of other: ColumnType) -> Bool {
        let target = other.withoutFrozen
        if self == target { return true }
        switch (self, target) {
        case (_, .blob), (.ascii, .text), (.timeuuid, .uuid), (.bigint, .timestamp), (.timestamp, .bigint): return true
        default: return false
        }
    }
}
