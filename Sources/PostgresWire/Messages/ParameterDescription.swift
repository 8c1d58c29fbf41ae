package import WireKit

/// The types of a prepared statement's parameters.
///
/// PostgreSQL documentation, ParameterDescription.
package struct ParameterDescription: Hashable, Sendable, MessageBody {
    package var types: [TypeOID]

    package init(types: [TypeOID]) {
        self.types = types
    }

    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        Self(types: try reader.readTypeOIDs("parameter types"))
    }

    package func encode(into writer: inout ByteWriter) {
        writer.writeTypeOIDs(types)
    }
}
