import CQLWire

/// From a type as written to the type that it means.
struct TypeResolution {
    /// The keyspace whose user-defined types may be named.
    let keyspace: String
    let userTypes: [String: UserDefinedType]

    init(_ keyspace: KeyspaceSchema) {
        self.keyspace = keyspace.name
        userTypes = keyspace.types
    }

    private static let simpleTypes: [String: ColumnType] = {
        var types: [String: ColumnType] = ["varchar": .text]
        for type in ColumnType.simpleTypes {
            if let name = type.simpleName { types[name] = type }
        }
        return types
    }()

    /// The type that `name` means as that of a table's column.
    ///
    /// - Throws: `StatementError` (invalid) for unknown types, and for those that no column can have.
    func columnType(_ name: TypeName) throws(StatementError) -> ColumnType {
        let type = try type(name)
        if case .userDefined(let definition) = type, definition.fields.contains(where: \.type.isMultiCell) {
            throw .invalid("Non-frozen UDTs with nested non-frozen collections are not supported")
        }
        return type
    }

    /// The type that `name` means.
    ///
    /// - Throws: `StatementError` (invalid) for unknown types, and for those that this node cannot store.
    func type(_ name: TypeName) throws(StatementError) -> ColumnType {
        let parameters = name.parameters
        switch (name.name, parameters.count) {
        case ("frozen", 1):
            let inner = try type(parameters[0], isFrozen: true)
            if case .frozen = inner { return inner }
            guard inner.isComplex else {
                throw .invalid("frozen<> is only allowed on collections, tuples, and user-defined types (got \(inner))")
            }
            return .frozen(inner.withoutFrozen)
        default: return try type(name, isFrozen: false)
        }
    }

    /// The type, where `isFrozen` tells that it stands in a frozen one, in which everything is frozen.
    ///
    /// - Throws: `StatementError` (invalid), as the other.
    private func type(_ name: TypeName, isFrozen: Bool) throws(StatementError) -> ColumnType {
        let parameters = name.parameters
        switch (name.name, parameters.count) {
        case ("frozen", 1): return try type(name)
        case ("list", 1): return .list(try element(parameters[0], of: name, isFrozen))
        case ("set", 1):
            let set = ColumnType.set(try element(parameters[0], of: name, isFrozen))
            guard set != .set(.duration) else { throw .invalid("Durations are not allowed inside sets: \(set)") }
            return set
        case ("map", 2):
            let key = try element(parameters[0], of: name, isFrozen)
            let map = ColumnType.map(key, try element(parameters[1], of: name, isFrozen))
            guard key != .duration else { throw .invalid("Durations are not allowed as map keys: \(map)") }
            return map
        case ("tuple", 1...):
            // A tuple is frozen, whether written so or not.
            var elements: [ColumnType] = []
            for parameter in parameters { elements.append(try type(parameter, isFrozen: true).withoutFrozen) }
            return .frozen(.tuple(elements))
        case ("counter", 0): throw .unsupported("counters are")
        case (_, 0):
            if let type = Self.simpleTypes[name.name] { return type }
            return .userDefined(try userType(name.name))
        default: throw .invalid("Unknown type \(name.name)")
        }
    }

    /// The user-defined type of a name, which may give its keyspace.
    private func userType(_ name: String) throws(StatementError) -> UserDefinedType {
        if let type = userTypes[name] { return type }
        let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
        if parts.count == 2 {
            if parts[0] == keyspace, let type = userTypes[parts[1]] { return type }
            guard parts[0] == keyspace else {
                throw .invalid(
                    "Statement on keyspace \(keyspace) cannot refer to a user type in keyspace \(parts[0]); user types "
                        + "can only be used in the keyspace they are defined in"
                )
            }
        }
        throw .invalid("Unknown type \(name.contains(".") ? "" : keyspace + ".")\(name)")
    }

    private func element(
        _ name: TypeName,
        of collection: TypeName,
        _ isFrozen: Bool
    ) throws(StatementError) -> ColumnType {
        let type = try isFrozen ? type(name, isFrozen: true).withoutFrozen : type(name)
        guard !isFrozen else { return type }
        switch type {
        case .list, .set, .map:
            throw .invalid("Non-frozen collections are not allowed inside collections: \(collection.name)<\(type)>")
        case .userDefined:
            throw .invalid("Non-frozen UDTs are not allowed inside collections: \(collection.name)<\(type)>")
        default: return type
        }
    }
}

extension ColumnType {
    /// Why the type may not be that of the key column `name`; nil when it may.
    func keyRefusal(of name: String) -> String? {
        switch self {
        case .list, .set, .map: "Invalid non-frozen collection type \(self) for PRIMARY KEY column '\(name)'"
        case .userDefined: "Invalid non-frozen user-defined type \(self) for PRIMARY KEY column '\(name)'"
        default: hasDuration ? "duration type is not supported for PRIMARY KEY column '\(name)'" : nil
        }
    }

    /// Why no column of the type can be restricted to a range; nil when one can.
    var sliceRefusal: String? {
        guard hasDuration else { return nil }
        let subject =
            switch unfrozen {
            case .list, .set, .map: "collections containing durations"
            case .tuple: "tuples containing durations"
            case .userDefined: "UDTs containing durations"
            default: "duration columns"
            }
        return "Slice restrictions are not supported on \(subject)"
    }

    /// Whether values are kept in a cell for each part.
    fileprivate var isMultiCell: Bool {
        switch self {
        case .list, .set, .map, .userDefined: true
        default: false
        }
    }

    /// Durations have no order, so nothing with one in it can be sorted.
    var hasDuration: Bool {
        switch self {
        case .duration: true
        case .frozen(let inner), .list(let inner), .set(let inner): inner.hasDuration
        case .map(let key, let value): key.hasDuration || value.hasDuration
        case .tuple(let elements): elements.contains(where: \.hasDuration)
        case .userDefined(let type): type.fields.contains { $0.type.hasDuration }
        default: false
        }
    }
}
