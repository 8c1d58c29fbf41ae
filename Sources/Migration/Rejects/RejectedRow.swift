import CQLWire
package import SchemaTranslation
import WireKit

/// A row that stayed behind, in the form that the rejects file keeps: enough to find it, judge it and write it again.
package struct RejectedRow: Equatable, Sendable {
    package let table: QualifiedName
    /// The primary key's columns and values, in key order.
    package let key: [TextColumn]
    /// The column to blame, if it is one.
    package let column: String?
    package let reason: RejectReason
    /// Every column, as text; nil is NULL.
    package let row: [TextColumn]

    /// A column's name and its value as text.
    package struct TextColumn: Equatable, Sendable {
        package let name: String
        package let value: String?
    }

    /// A row that did not convert: values as the source's own tools show them.
    ///
    /// - Throws: `WireError` when the tuple is not one of this table.
    init(_ rejection: Rejection, tuple: ArraySlice<UInt8>, plan: TablePlan) throws(WireError) {
        let fields = try RowConversion.fields(of: tuple, columnCount: plan.columns.count)
        let row = zip(plan.columns, fields).map { column, field in
            TextColumn(name: column.name, value: field.map { column.sourceText(of: $0) })
        }
        self.init(rejection, row: row, plan: plan)
    }

    /// A row that the target refused: values as the target's own tools show them.
    ///
    /// - Throws: `WireError` when the values are not those of this table.
    init(refusal message: String, values: [UInt8], plan: TablePlan) throws(WireError) {
        var reader = ByteReader(values)
        _ = try reader.readInteger("value count", as: UInt16.self)
        var row: [TextColumn] = []
        for column in plan.columns {
            let length = try reader.readInteger("value length", as: Int32.self)
            let bytes = length < 0 ? nil : try reader.readBytes(Int(length), "value")
            row.append(TextColumn(name: column.name, value: bytes.map { column.targetText(of: $0) }))
        }
        self.init(Rejection(column: nil, reason: .refusedByTarget(message)), row: row, plan: plan)
    }

    private init(_ rejection: Rejection, row: [TextColumn], plan: TablePlan) {
        table = plan.source
        key = plan.key.map { row[$0] }
        column = rejection.column.map { plan.columns[$0].name }
        reason = rejection.reason
        self.row = row
    }

    /// One line of the rejects file.
    func json(runTimestamp: Int64) -> JSON {
        func object(_ columns: [TextColumn]) -> JSON {
            .object(columns.map { JSON.Member($0.name, $0.value.map { .string($0) } ?? .null) })
        }
        return .object([
            JSON.Member("table", .string(table.description)),
            JSON.Member("key", object(key)),
            JSON.Member("column", column.map { .string($0) } ?? .null),
            JSON.Member("reason", .string(reason.description)),
            JSON.Member("timestamp", .integer(Int(runTimestamp))),
            JSON.Member("row", object(row)),
        ])
    }
}

extension ColumnPlan {
    /// A CQL value as cqlsh shows it; bytes that are no such value are shown in hexadecimal.
    package func targetText(of bytes: ArraySlice<UInt8>) -> String {
        if let type = try? ColumnType(spelling: targetType.cql), let value = try? CQLValue.decode(bytes, as: type) {
            return value.literal
        }
        return "0x" + bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}
