import CQLWire

/// From a type as written to the type that it means.
enum TypeResolution {
    private static let simpleTypes: [String: ColumnType] = {
        var types: [String: ColumnType] = ["varchar": .text]
        for type in ColumnType.simpleTypes {
            if let name = type.simpleName { types[name] = type }
        }
        return types
    }()

    /// The type that `name` means in a column of `keyspace`.
    ///
    /// - Throws: `StatementError` (invalid) for unknown types, and for those that this node cannot store.
    static func type(_ name: TypeName, keyspace: String) throws(StatementError) -> ColumnType {
        let parameters = name.parameters
        switch (name.name, parameters.count) {
        case ("frozen", 1):
            return .frozen(try type(parameters[0], keyspace: keyspace).withoutFrozen)
        case ("list", 1):
            return .list(try element(parameters[0], of: name, keyspace))
        case ("set", 1):
            return .set(try element(parameters[0], of: name, keyspace))
        case ("map", 2):
            return .map(try element(parameters[0], of: name, keyspace), try element(parameters[1], of: name, keyspace))
        case ("tuple", 1...):
            // A tuple is frozen, whether written so or not.
            var elements: [ColumnType] = []
            for parameter in parameters { elements.append(try type(parameter, keyspace: keyspace).withoutFrozen) }
            return .frozen(.tuple(elements))
        case ("counter", 0): throw .unsupported("counters are")
        case (_, 0):
            guard let type = simpleTypes[name.name] else {
                throw .invalid("Unknown type \(name.name.contains(".") ? "" : keyspace + ".")\(name.name)")
            }
            return type
        default: throw .invalid("Unknown type \(name.name)")
        }
    }

    private static func element(
        _ name: TypeName,
        of collection: TypeName,
        _ keyspace: String
    ) throws(StatementError) -> ColumnType {
        let type = try type(name, keyspace: keyspace)
        switch type {
        case .list, .set, .map:
            throw .invalid("Non-frozen collections are not allowed inside collections: \(collection.name)<\(type)>")
        default: return type
        }
    }
}

extension ColumnType {
    /// Whether the type may be part of a key, with the reason when it may not.
    var keyRefusal: String? {
        switch self {
        case .list, .set, .map: "Invalid non-frozen collection type for PRIMARY KEY component"
        case .duration: "duration type is not supported for PRIMARY KEY column"
        default: nil
        }
    }
}
