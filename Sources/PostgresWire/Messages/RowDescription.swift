package import WireKit

/// The columns of the rows that follow.
///
/// PostgreSQL documentation, RowDescription.
package struct RowDescription: Hashable, Sendable, MessageBody {
    package var columns: [Column]

    package init(columns: [Column]) {
        self.columns = columns
    }

    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        let count = try reader.readCount("field count", itemByteCount: 19)
        var columns: [Column] = []
        columns.reserveCapacity(count)
        for _ in 0..<count { columns.append(try Column.decode(from: &reader)) }
        return Self(columns: columns)
    }

    package func encode(into writer: inout ByteWriter) {
        writer.writeInteger(Int16(columns.count))
        for column in columns { column.encode(into: &writer) }
    }
}

extension RowDescription {
    /// One column of a result.
    package struct Column: Hashable, Sendable, MessageBody {
        package var name: String
        /// The table it comes from, or 0.
        package var tableOID: UInt32
        /// The attribute number in that table, or 0.
        package var attributeNumber: Int16
        package var type: TypeOID
        /// Bytes of the type, negative when they vary.
        package var typeSize: Int16
        package var typeModifier: Int32
        package var format: FormatCode

        package init(
            name: String,
            tableOID: UInt32 = 0,
            attributeNumber: Int16 = 0,
            type: TypeOID,
            typeSize: Int16 = -1,
            typeModifier: Int32 = -1,
            format: FormatCode = .text
        ) {
            self.name = name
            self.tableOID = tableOID
            self.attributeNumber = attributeNumber
            self.type = type
            self.typeSize = typeSize
            self.typeModifier = typeModifier
            self.format = format
        }

        package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
            Self(
                name: try reader.readNullTerminatedString("field name"),
                tableOID: try reader.readInteger("table OID", as: UInt32.self),
                attributeNumber: try reader.readInteger("attribute number", as: Int16.self),
                type: TypeOID(rawValue: try reader.readInteger("type OID", as: UInt32.self)),
                typeSize: try reader.readInteger("type size", as: Int16.self),
                typeModifier: try reader.readInteger("type modifier", as: Int32.self),
                format: try reader.readFormatCode("format code")
            )
        }

        package func encode(into writer: inout ByteWriter) {
            writer.writeNullTerminated(name)
            writer.writeInteger(tableOID)
            writer.writeInteger(attributeNumber)
            writer.writeInteger(type.rawValue)
            writer.writeInteger(typeSize)
            writer.writeInteger(typeModifier)
            writer.writeInteger(format.rawValue)
        }
    }
}
