import SchemaTranslation
import WireKit

/// A table whose COPY stream is generated in memory: what a row costs without sockets.
struct SyntheticTable: Sendable {
    let name: String
    let plan: TablePlan
    private let fields: @Sendable (Int, inout ByteWriter) -> Void

    /// `rowCount` rows as CopyData messages, header and trailer included.
    func copyStream(rowCount: Int) -> [UInt8] {
        var writer = ByteWriter(reservingCapacity: rowCount * 160)
        for row in 0..<rowCount {
            writer.writeInteger(UInt8(ascii: "d"))
            writer.writeLengthPrefixed(as: UInt32.self, includingLength: true) { writer in
                if row == 0 {
                    writer.writeBytes([0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00])
                    writer.writeInteger(UInt64(0))
                }
                writer.writeInteger(UInt16(plan.columns.count))
                fields(row, &writer)
            }
        }
        writer.writeBytes([UInt8(ascii: "d"), 0, 0, 0, 6, 0xFF, 0xFF])
        return writer.bytes
    }

    private init(
        _ name: String,
        _ columns: [(String, TargetType, ColumnConversion)],
        fields: @escaping @Sendable (Int, inout ByteWriter) -> Void
    ) {
        self.name = name
        self.fields = fields
        let columns = columns.enumerated().map { index, column in
            ColumnPlan(
                name: column.0,
                sourceType: "",
                targetType: column.1,
                conversion: column.2,
                expression: .column(column.0),
                role: index == 0 ? .partitionKey : .regular
            )
        }
        plan = TablePlan(
            source: QualifiedName("public", name),
            sourceOID: 0,
            target: QualifiedName("bench", name),
            columns: columns,
            partitionKey: [0],
            leaves: []
        )
    }

    /// Nine mixed columns: bigint, int, text, varchar, numeric(10,2), boolean, timestamptz, date, double precision.
    static let t9 = SyntheticTable(
        "t9",
        [
            ("id", .bigint, .identical), ("n", .int, .identical), ("name", .text, .identical),
            ("code", .text, .identical), ("amount", .decimal, .numeric), ("flag", .boolean, .identical),
            ("ts", .timestamp, .timestamp), ("d", .date, .date), ("score", .double, .identical),
        ]
    ) { row, writer in
        writer.writeField(Int64(row))
        writer.writeField(Int32(truncatingIfNeeded: row &* 7919 % 1_000_003))
        writer.writeField("name-0123abcd-abcdef")
        writer.writeField("c0123456789a")
        // 12345.67 with two base-10000 groups before the point and one behind it.
        let digits: [UInt16] = [UInt16(row % 9 + 1), UInt16(row % 10_000), UInt16(row % 100) * 100]
        writer.writeInteger(Int32(8 + 2 * digits.count))
        writer.writeInteger(UInt16(digits.count))
        writer.writeInteger(Int16(1))
        writer.writeInteger(UInt16(row % 10 == 0 ? 0x4000 : 0))
        writer.writeInteger(UInt16(2))
        for digit in digits { writer.writeInteger(digit) }
        writer.writeInteger(Int32(1))
        writer.writeInteger(UInt8(row % 2))
        writer.writeField(Int64(473_385_600_000_000) + Int64(row) * 137_000)
        writer.writeField(Int32(row % 12_000))
        writer.writeField(Int64(bitPattern: (Double(row) * 0.37).bitPattern))
    }

    /// Four narrow columns: bigint, int, text, timestamptz.
    static let t4 = SyntheticTable(
        "t4",
        [
            ("id", .bigint, .identical), ("a", .int, .identical), ("b", .text, .identical),
            ("c", .timestamp, .timestamp),
        ]
    ) { row, writer in
        writer.writeField(Int64(row))
        writer.writeField(Int32(truncatingIfNeeded: row))
        writer.writeField("name-0123abcd")
        writer.writeField(Int64(473_385_600_000_000) + Int64(row) * 137_000)
    }

    /// Wide: uuid, jsonb of about 200 bytes, text[], inet.
    static let tx = SyntheticTable(
        "tx",
        [
            ("id", .uuid, .identical), ("j", .text, .jsonb), ("tags", .frozenList(.text), .array(element: .identical)),
            ("ip", .inet, .inet),
        ]
    ) { row, writer in
        writer.writeInteger(Int32(16))
        writer.writeInteger(UInt64(truncatingIfNeeded: row))
        writer.writeInteger(UInt64(truncatingIfNeeded: row &* 31))
        writer.writeInteger(Int32(201))
        writer.writeInteger(UInt8(1))
        writer.writeBytes(repeatElement(UInt8(ascii: "x"), count: 200))
        writer.writeLengthPrefixed(as: Int32.self) { writer in
            for header in [1, 0, 25, 3, 1] as [Int32] { writer.writeInteger(header) }
            for tag in ["tag42", "group420", "x3"] { writer.writeField(tag) }
        }
        writer.writeInteger(Int32(8))
        writer.writeBytes([2, 32, 0, 4, 10, 1, 2, UInt8(truncatingIfNeeded: row)])
    }

    static let all = [t9, t4, tx]
}

extension ByteWriter {
    fileprivate mutating func writeField(_ value: some FixedWidthInteger) {
        writeInteger(Int32(value.bitWidth / 8))
        writeInteger(value)
    }

    fileprivate mutating func writeField(_ text: String) {
        writeInteger(Int32(text.utf8.count))
        writeUTF8(text)
    }
}
