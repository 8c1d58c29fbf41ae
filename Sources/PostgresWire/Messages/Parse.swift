package import WireKit

/// The preparation of a statement.
///
/// PostgreSQL documentation, Parse.
package struct Parse: Hashable, Sendable, MessageBody {
    /// The statement's name; empty is the unnamed statement.
    package var statement: String
    package var sql: String
    /// The types of the first parameters; 0 leaves a type to the server.
    package var parameterTypes: [TypeOID]

    package init(statement: String = "", sql: String, parameterTypes: [TypeOID] = []) {
        self.statement = statement
        self.sql = sql
        self.parameterTypes = parameterTypes
    }

    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(
            statement: try reader.readNullTerminatedString("statement name"),
            sql: try reader.readNullTerminatedString("query"),
            parameterTypes: try reader.readTypeOIDs("parameter types")
        )
    }

    package func encode(into writer: inout ByteWriter) {
        writer.writeNullTerminated(statement)
        writer.writeNullTerminated(sql)
        writer.writeTypeOIDs(parameterTypes)
    }
}
