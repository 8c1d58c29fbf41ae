import CQLClient
import SchemaTranslation
import WireKit

/// Builds COPY BINARY streams by hand, and takes the frames of a window apart.
struct CopyStream {
    /// A tuple: field count, then length and bytes per field, −1 for NULL.
    static func tuple(_ fields: [[UInt8]?]) -> [UInt8] {
        var writer = ByteWriter()
        writer.writeInteger(UInt16(fields.count))
        for field in fields {
            writer.writeInteger(Int32(field?.count ?? -1))
            writer.writeBytes(field ?? [])
        }
        return writer.bytes
    }

    /// CopyData messages as a server sends them: the header with the first row, the trailer on its own, then CopyDone.
    static func messages(_ tuples: [[UInt8]]) -> [UInt8] {
        let header: [UInt8] =
            [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00] + [UInt8](repeating: 0, count: 8)
        var writer = ByteWriter()
        var prefix = header
        for content in tuples + [[0xFF, 0xFF]] {
            writer.writeInteger(UInt8(ascii: "d"))
            writer.writeLengthPrefixed(as: Int32.self, includingLength: true) { $0.writeBytes(prefix + content) }
            prefix = []
        }
        writer.writeBytes([UInt8(ascii: "c"), 0, 0, 0, 4])
        return writer.bytes
    }

    /// Big-endian bytes of an integer.
    static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }

    /// numeric_send: base-10000 digits, the weight of the first, sign and display scale.
    static func numeric(_ digits: [UInt16], weight: Int16, sign: UInt16 = 0, scale: UInt16) -> [UInt8] {
        var writer = ByteWriter()
        writer.writeInteger(UInt16(digits.count))
        writer.writeInteger(weight)
        writer.writeInteger(sign)
        writer.writeInteger(scale)
        for digit in digits { writer.writeInteger(digit) }
        return writer.bytes
    }

    /// array_send of a one-dimensional array.
    static func array(_ elements: [[UInt8]?], lowerBound: Int32 = 1, elementType: UInt32 = 25) -> [UInt8] {
        var writer = ByteWriter()
        let hasNull: Int32 = elements.contains(where: { $0 == nil }) ? 1 : 0
        for field in [elements.isEmpty ? 0 : 1, hasNull, Int32(elementType)] { writer.writeInteger(field) }
        guard !elements.isEmpty else { return writer.bytes }
        writer.writeInteger(Int32(elements.count))
        writer.writeInteger(lowerBound)
        for element in elements {
            writer.writeInteger(Int32(element?.count ?? -1))
            writer.writeBytes(element ?? [])
        }
        return writer.bytes
    }
}

/// A table of columns with the given conversions, the first of which is the key.
func makePlan(_ columns: [(TargetType, ColumnConversion)], keyCount: Int = 1) -> TablePlan {
    TablePlan(
        source: QualifiedName("public", "t"),
        sourceOID: 1,
        target: QualifiedName("ks", "t"),
        columns: columns.enumerated().map { index, column in
            ColumnPlan(
                name: "c\(index)",
                sourceType: column.0 == .timestamp ? "timestamp with time zone" : "",
                targetType: column.0,
                conversion: column.1,
                expression: .column("c\(index)"),
                role: index < keyCount ? .partitionKey : .regular
            )
        },
        partitionKey: Array(0..<keyCount),
        leaves: []
    )
}
