import CQLWire

/// Compiles what a SELECT selects.
struct SelectionCompiler {
    /// An expression with the name and type of its column in the result.
    struct Compiled {
        let expression: SelectExpression
        let name: String
        let type: ColumnType
    }

    let table: TableSchema
    let keyspace: KeyspaceSchema
    var context: CompilationContext
    private(set) var aggregates: [SelectPlan.Aggregate] = []

    init(table: TableSchema, keyspace: KeyspaceSchema, context: CompilationContext) {
        self.table = table
        self.keyspace = keyspace
        self.context = context
    }

    /// Compiles all selectors; beside aggregates, columns stand for their values in the first row.
    ///
    /// - Throws: `StatementError` for columns and functions that there are not.
    mutating func compile(_ selectors: [Selector], isGrouped: Bool) throws(StatementError) -> [Compiled] {
        var outputs: [Compiled] = []
        for selector in selectors {
            let output = try compile(selector.expression)
            outputs.append(
                Compiled(expression: output.expression, name: selector.alias ?? output.name, type: output.type)
            )
        }
        guard isGrouped || !aggregates.isEmpty else { return outputs }
        return outputs.map { output in
            Compiled(expression: firstOfGroup(output.expression, output.type), name: output.name, type: output.type)
        }
    }

    /// An expression without aggregates, taken of a group's first row.
    private mutating func firstOfGroup(_ expression: SelectExpression, _ type: ColumnType) -> SelectExpression {
        switch expression {
        case .aggregate, .source: return expression
        case .call(let function, let arguments) where expression.hasAggregate:
            return .call(function, arguments.map { firstOfGroup($0, .blob) })
        default:
            guard !expression.hasAggregate, let function = AggregateFunction(.first, of: type) else {
                return expression
            }
            return add(function, expression)
        }
    }

    private mutating func add(_ function: AggregateFunction, _ argument: SelectExpression?) -> SelectExpression {
        aggregates.append(.init(function: function, argument: argument))
        return .aggregate(aggregates.count - 1)
    }

    private mutating func compile(_ expression: Selector.Expression) throws(StatementError) -> Compiled {
        switch expression {
        case .column(let name):
            let column = try table.requireColumn(name)
            return Compiled(expression: .column(column), name: name, type: column.type)
        case .countRows:
            guard let function = AggregateFunction(.count, of: nil) else { throw .invalid("Invalid count") }
            return Compiled(expression: add(function, nil), name: "count", type: .bigint)
        case .call(let function, let arguments): return try call(function, arguments)
        case .cast(let inner, let typeName): return try cast(inner, typeName)
        case .element(let inner, let key): return try element(inner, key)
        case .field(let inner, let name): return try field(inner, name)
        case .term(let term):
            throw .invalid(
                "Cannot infer type for term \(term.text) in selection clause (try using a cast to force a type)"
            )
        }
    }
}

// MARK: - Functions

extension SelectionCompiler {
    private mutating func call(
        _ function: String,
        _ arguments: [Selector.Expression]
    ) throws(StatementError) -> Compiled {
        switch function {
        case "writetime":
            let column = try cellColumn(arguments, of: "writeTime")
            return Compiled(expression: .writeTime(column), name: "writetime(\(column.name))", type: .bigint)
        case "ttl":
            let column = try cellColumn(arguments, of: "ttl")
            return Compiled(expression: .timeToLive(column), name: "ttl(\(column.name))", type: .int)
        case "token":
            let names = arguments.compactMap { argument in
                if case .column(let name) = argument { return name }
                return nil
            }
            // With other arguments it is a function like the others.
            if names.count == arguments.count { try RestrictionCompiler.checkTokenColumns(names, of: table) }
            return try scalar("token", arguments, [ScalarFunction.token(of: table)])
        default: break
        }
        if let kind = AggregateFunction.Kind(rawValue: function), kind != .first {
            return try aggregate(kind, arguments)
        }
        let overloads = ScalarFunction.overloads(of: function)
        guard !overloads.isEmpty else { throw .invalid("Unknown function '\(function)'") }
        return try scalar(function, arguments, overloads)
    }

    private func cellColumn(
        _ arguments: [Selector.Expression],
        of function: String
    ) throws(StatementError) -> Column {
        guard arguments.count == 1, case .column(let name) = arguments[0] else {
            throw .syntax("\(function) takes the name of a column")
        }
        let column = try table.requireColumn(name)
        guard !column.isKey else {
            throw .invalid("Cannot use selection function \(function) on PRIMARY KEY part \(name)")
        }
        guard !column.isComplex else {
            throw .invalid("Cannot use selection function \(function) on collections")
        }
        return column
    }

    private mutating func aggregate(
        _ kind: AggregateFunction.Kind,
        _ arguments: [Selector.Expression]
    ) throws(StatementError) -> Compiled {
        guard arguments.count == 1 else {
            throw .invalid("Invalid call to function system.\(kind.rawValue), none of its type signatures match")
        }
        let argument = try compile(arguments[0])
        guard !argument.expression.hasAggregate else {
            throw .invalid("aggregate functions cannot be used as arguments of aggregate functions")
        }
        guard let function = AggregateFunction(kind, of: argument.type) else {
            throw .invalid(
                "Invalid call to function system.\(kind.rawValue), none of its type signatures match (known type "
                    + "signatures: numbers)"
            )
        }
        return Compiled(
            expression: add(function, argument.expression),
            name: "system.\(kind.rawValue)(\(argument.name))",
            type: function.result
        )
    }

    private mutating func scalar(
        _ function: String,
        _ arguments: [Selector.Expression],
        _ overloads: [ScalarFunction]
    ) throws(StatementError) -> Compiled {
        for overload in overloads where overload.parameters.count == arguments.count {
            let saved = self
            do throws(StatementError) {
                var expressions: [SelectExpression] = []
                var names: [String] = []
                for (argument, parameter) in zip(arguments, overload.parameters) {
                    let compiled = try self.argument(argument, parameter)
                    expressions.append(compiled.expression)
                    names.append(compiled.name)
                }
                return Compiled(
                    expression: .call(overload, expressions),
                    name: "system.\(function)(\(names.joined(separator: ", ")))",
                    type: overload.result
                )
            } catch {
                self = saved
                // The columns are looked for whatever the signature.
                if error.message.hasPrefix("Undefined column name") { throw error }
            }
        }
        throw CompilationContext.noSignature(function, overloads)
    }

    private mutating func argument(
        _ argument: Selector.Expression,
        _ parameter: ColumnType
    ) throws(StatementError) -> Compiled {
        if case .term(let term) = argument {
            let source = try context.source(term, parameter, name: term.text, in: table)
            return Compiled(expression: .source(source), name: term.quotedText, type: parameter)
        }
        let compiled = try compile(argument)
        guard compiled.type.takesValues(of: parameter) else { throw .invalid("Type error: \(compiled.name)") }
        return compiled
    }

    private mutating func cast(
        _ inner: Selector.Expression,
        _ typeName: TypeName
    ) throws(StatementError) -> Compiled {
        let value = try compile(inner)
        let type = try TypeResolution(keyspace).type(typeName)
        guard let function = ScalarFunction.cast(from: value.type.withoutFrozen, to: type) else {
            throw .invalid("\(value.type) cannot be cast to \(type)")
        }
        return Compiled(
            expression: .call(function, [value.expression]),
            name: "cast(\(value.name) as \(type))",
            type: type
        )
    }
}

// MARK: - Parts of values

extension SelectionCompiler {
    private mutating func element(_ inner: Selector.Expression, _ key: Term) throws(StatementError) -> Compiled {
        let value = try compile(inner)
        let keyType: ColumnType
        let resultType: ColumnType
        switch value.type.withoutFrozen {
        case .map(let key, let entry): (keyType, resultType) = (key, entry)
        case .set(let element): (keyType, resultType) = (element, element)
        default:
            throw .invalid("Invalid element selection: \(value.name) is of type \(value.type) is not a map or set")
        }
        let source = try context.source(key, keyType, name: "key(\(value.name))", in: table)
        return Compiled(
            expression: .element(value.expression, value.type, source),
            name: "\(value.name)[\(key.quotedText)]",
            type: resultType
        )
    }

    private mutating func field(_ inner: Selector.Expression, _ name: String) throws(StatementError) -> Compiled {
        let value = try compile(inner)
        let type = value.type.isFrozen ? value.type.unfrozen : value.type
        guard case .userDefined(let definition) = type else {
            throw .invalid("Invalid field selection: \(value.name) of type \(value.type) is not a user type")
        }
        guard let index = definition.fields.firstIndex(where: { $0.name == name }) else {
            throw .invalid("\(value.name) of type \(value.type) has no field \(name)")
        }
        return Compiled(
            expression: .field(value.expression, index),
            name: "\(value.name).\(name)",
            type: definition.fields[index].type
        )
    }
}

extension SelectExpression {
    fileprivate var hasAggregate: Bool {
        switch self {
        case .aggregate: true
        case .call(_, let arguments): arguments.contains(where: \.hasAggregate)
        case .element(let inner, _, _), .field(let inner, _): inner.hasAggregate
        case .column, .writeTime, .timeToLive, .source: false
        }
    }
}

extension ColumnType {
    var isFrozen: Bool {
        if case .frozen = self { return true }
        return false
    }

    /// The type without its own `frozen`; what is inside keeps theirs.
    var unfrozen: ColumnType {
        if case .frozen(let inner) = self { return inner }
        return self
    }
}

extension Term {
    /// The literal as a statement writes it.
    var quotedText: String {
        if case .string(let text) = self { return CQLLiteral.string(text) }
        return text
    }
}
