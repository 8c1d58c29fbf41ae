import SchemaTranslation
import WireKit

@testable import Migration

/// Builds rows in their canonical form by hand.
enum CanonicalRows {
    /// Values as both sides have them: length and bytes, −1 for NULL.
    static func row(_ values: [[UInt8]?]) -> [UInt8] {
        var writer = ByteWriter()
        for value in values {
            writer.writeInteger(Int32(value?.count ?? -1))
            writer.writeBytes(value ?? [])
        }
        return writer.bytes
    }

    static func collected(_ rows: [[[UInt8]?]]) -> CollectedRows {
        var collected = CollectedRows()
        for values in rows { row(values).withUnsafeBytes { collected.append($0) } }
        return collected
    }
}

/// A sink that remembers what it was given.
struct RecordingSink: CanonicalRowSink {
    var rows: [[UInt8]] = []
    var keyDigests: [UInt64] = []
    var rowCount: Int { rows.count }

    mutating func take(_ start: UnsafeRawPointer, _ row: RowShape.Row) {
        rows.append([UInt8](UnsafeRawBufferPointer(start: start, count: row.byteCount)))
        keyDigests.append(row.keyDigest)
    }

    func reject(_ row: ArraySlice<UInt8>, _ rejection: Rejection, _ plan: TablePlan) {}
}
