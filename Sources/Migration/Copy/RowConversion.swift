package import SchemaTranslation
package import WireKit

/// Turns one COPY BINARY tuple into CQL values, with a reason when it cannot: the careful path beside
/// `TupleTranscoder`, which hands it every row that is out of the ordinary.
///
/// Both give the same bytes for the same row.
package struct RowConversion: Sendable {
    /// A converted row.
    package struct Converted: Equatable, Sendable {
        /// `<n><value>…` as EXECUTE carries it.
        package var values: [UInt8]
        /// Timestamps whose microseconds were cut.
        package var flooredCount: Int
    }

    private let plan: TablePlan
    private let nullLength: Int32

    /// - Parameters:
    ///   - plan: the table.
    ///   - nullLength: what NULL becomes: −1 (null) or −2 (unset).
    package init(_ plan: TablePlan, nullLength: Int32) {
        self.plan = plan
        self.nullLength = nullLength
    }

    /// Converts a tuple, from its field count to its last byte.
    ///
    /// - Throws: `WireError` when the tuple is not what the server's COPY format promises.
    package func convert(_ tuple: ArraySlice<UInt8>) throws(WireError) -> Result<Converted, Rejection> {
        let fields = try Self.fields(of: tuple, columnCount: plan.columns.count)
        var writer = ByteWriter(reservingCapacity: tuple.count + tuple.count / 2)
        writer.writeInteger(UInt16(truncatingIfNeeded: fields.count))
        var floored = 0
        var lengths = [Int](repeating: 0, count: fields.count)
        for (index, field) in fields.enumerated() {
            guard let field else {
                writer.writeInteger(nullLength)
                continue
            }
            let column = plan.columns[index]
            let start = writer.count
            var value = ValueConversion(isKey: column.isKey)
            do throws(ValueConversion.Failure) {
                try value.append(field, column.conversion, to: &writer)
            } catch {
                switch error {
                case .rejected(let reason): return .failure(Rejection(column: index, reason: reason))
                case .malformed(let defect): throw defect
                }
            }
            lengths[index] = writer.count - start - 4
            floored += value.flooredCount
        }
        if let rejection = keyRejection(lengths) { return .failure(rejection) }
        return .success(Converted(values: writer.bytes, flooredCount: floored))
    }

    /// Splits a tuple into its fields, nil for NULL.
    ///
    /// - Throws: `WireError` when the tuple does not have `columnCount` fields or they do not fill it.
    package static func fields(
        of tuple: ArraySlice<UInt8>,
        columnCount: Int
    ) throws(WireError) -> [ArraySlice<UInt8>?] {
        var reader = ByteReader(tuple)
        let count = Int(try reader.readInteger("field count", as: UInt16.self))
        guard count == columnCount else {
            throw reader.error(.invalidValue("\(columnCount) fields expected, \(count) received"), "field count")
        }
        var fields: [ArraySlice<UInt8>?] = []
        fields.reserveCapacity(count)
        for _ in 0..<count {
            let length = try reader.readInteger("field length", as: Int32.self)
            fields.append(length == -1 ? nil : try reader.readBytes(Int(length), "field"))
        }
        try reader.expectEnd("tuple")
        return fields
    }

    /// The target's limits for keys: the partition key as a whole and the clustering key as a whole hold 65535 bytes,
    /// and a partition key of one column cannot be empty.
    private func keyRejection(_ lengths: [Int]) -> Rejection? {
        if plan.partitionKey.count == 1, let only = plan.partitionKey.first, lengths[only] == 0 {
            return Rejection(column: only, reason: .emptyPartitionKey)
        }
        for key in [plan.partitionKey, plan.clusteringKey] {
            // Each component of a composite has a length of two bytes before it and one byte behind it.
            let overhead = key.count > 1 ? 3 * key.count : 0
            let total = key.reduce(overhead) { $0 + lengths[$1] }
            guard total > 65_535 else { continue }
            return Rejection(column: key.max { lengths[$0] < lengths[$1] }, reason: .keyTooLong(byteCount: total))
        }
        return nil
    }
}
