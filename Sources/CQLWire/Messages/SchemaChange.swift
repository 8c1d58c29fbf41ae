import WireKit

/// A change of the schema, as a RESULT or as an EVENT (native protocol v4, sections 4.2.5.5 and 4.2.6).
package struct SchemaChange: Hashable, Sendable {
    /// What was done.
    package enum Change: String, CaseIterable, Sendable {
        case created = "CREATED"
        case updated = "UPDATED"
        case dropped = "DROPPED"
    }

    /// What it was done to.
    package enum Target: Hashable, Sendable {
        case keyspace
        case table(String)
        case type(String)
        case function(String, argumentTypes: [String])
        case aggregate(String, argumentTypes: [String])
    }

    package var change: Change
    package var target: Target
    package var keyspace: String

    package init(change: Change, target: Target, keyspace: String) {
        self.change = change
        self.target = target
        self.keyspace = keyspace
    }

    static func decode(from reader: inout ByteReader, version: ProtocolVersion) throws(WireError) -> SchemaChange {
        let changeStart = reader
        let changeName = try reader.readString("change type")
        guard let change = Change(rawValue: changeName) else {
            throw changeStart.error(.invalidValue("'\(changeName)' is not a change"), "change type")
        }
        let targetStart = reader
        let targetName = try reader.readString("change target")
        let keyspace = try reader.readString("keyspace")
        let target: Target
        switch targetName {
        case "KEYSPACE": target = .keyspace
        case "TABLE": target = .table(try reader.readString("table"))
        case "TYPE": target = .type(try reader.readString("type"))
        case "FUNCTION":
            let name = try reader.readString("function")
            target = .function(name, argumentTypes: try reader.readStringList("argument types"))
        case "AGGREGATE":
            let name = try reader.readString("aggregate")
            target = .aggregate(name, argumentTypes: try reader.readStringList("argument types"))
        default: throw targetStart.error(.invalidValue("'\(targetName)' is not a target"), "change target")
        }
        return SchemaChange(change: change, target: target, keyspace: keyspace)
    }

    func encode(into writer: inout ByteWriter, version: ProtocolVersion) throws(WireError) {
        try writer.writeString(change.rawValue, "change type")
        switch target {
        case .keyspace:
            try writer.writeString("KEYSPACE", "change target")
            try writer.writeString(keyspace, "keyspace")
        case .table(let name):
            try writer.writeString("TABLE", "change target")
            try writer.writeString(keyspace, "keyspace")
            try writer.writeString(name, "table")
        case .type(let name):
            try writer.writeString("TYPE", "change target")
            try writer.writeString(keyspace, "keyspace")
            try writer.writeString(name, "type")
        case .function(let name, let argumentTypes):
            try writer.writeString("FUNCTION", "change target")
            try writer.writeString(keyspace, "keyspace")
            try writer.writeString(name, "function")
            try writer.writeStringList(argumentTypes, "argument types")
        case .aggregate(let name, let argumentTypes):
            try writer.writeString("AGGREGATE", "change target")
            try writer.writeString(keyspace, "keyspace")
            try writer.writeString(name, "aggregate")
            try writer.writeStringList(argumentTypes, "argument types")
        }
    }
}
