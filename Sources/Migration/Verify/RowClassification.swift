import SchemaTranslation
import WireKit

/// The rows of some buckets, paired by key: what is missing, what is extra, and which columns differ.
struct RowClassification: Equatable, Sendable {
    private(set) var missingCount = 0
    private(set) var extraCount = 0
    private(set) var differingCount = 0
    /// The first of each kind in the order of their keys' bytes, at most as many of each as were asked for.
    private(set) var examples: [RowDifference] = []

    /// Compares rows in their canonical form.
    ///
    /// - Throws: `WireError` when a row is not in the canonical form of `plan`.
    init(
        source: CollectedRows,
        target: CollectedRows,
        plan: TablePlan,
        exampleLimit: Int
    ) throws(WireError) {
        let left = try KeyedRows(source, plan)
        let right = try KeyedRows(target, plan)
        var pairs: [(source: Int?, target: Int?)] = []
        for key in Set(left.indices.keys).union(right.indices.keys).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            var unmatched = right.indices[key] ?? []
            // An inherited table may have several rows with one key, of which the target holds one.
            var remaining: [Int] = []
            for index in left.indices[key] ?? [] {
                if let match = unmatched.firstIndex(where: { target[$0] == source[index] }) {
                    unmatched.remove(at: match)
                } else {
                    remaining.append(index)
                }
            }
            for position in 0..<max(remaining.count, unmatched.count) {
                pairs.append(
                    (
                        source: position < remaining.count ? remaining[position] : nil,
                        target: position < unmatched.count ? unmatched[position] : nil
                    )
                )
            }
        }
        for pair in pairs {
            switch pair {
            case (let index?, nil):
                missingCount += 1
                guard missingCount <= exampleLimit else { continue }
                let row = try CanonicalRow(source[index], plan)
                examples.append(RowDifference(key: row.key(plan), kind: .missing))
            case (nil, let index?):
                if try addUnrepresentable(target[index], source, plan, exampleLimit) { continue }
                extraCount += 1
                guard extraCount <= exampleLimit else { continue }
                let row = try CanonicalRow(target[index], plan)
                examples.append(RowDifference(key: row.key(plan), kind: .extra))
            case (let sourceIndex?, let targetIndex?):
                differingCount += 1
                guard differingCount <= exampleLimit else { continue }
                let row = try CanonicalRow(source[sourceIndex], plan)
                let columns = row.differences(from: try CanonicalRow(target[targetIndex], plan), plan)
                examples.append(RowDifference(key: row.key(plan), kind: .differing(columns)))
            case (nil, nil):
                continue
            }
        }
    }
}

extension RowClassification {
    /// Counts a row of the target under whose key the source has a row that the target cannot hold.
    ///
    /// - Returns: false when there is no such row in the source.
    /// - Throws: `WireError` when the row is not in the canonical form of `plan`.
    private mutating func addUnrepresentable(
        _ bytes: ArraySlice<UInt8>,
        _ source: CollectedRows,
        _ plan: TablePlan,
        _ exampleLimit: Int
    ) throws(WireError) -> Bool {
        if source.unrepresentable.isEmpty { return false }
        let row = try CanonicalRow(bytes, plan)
        guard let value = source.unrepresentable[row.keyBytes(plan)] else { return false }
        differingCount += 1
        if differingCount <= exampleLimit {
            let columns = value.column.map { column in
                RowDifference.ColumnDifference(
                    plan.columns[column].name,
                    source: value.text,
                    target: row.text(plan, column)
                )
            }
            examples.append(RowDifference(key: row.key(plan), kind: .differing(columns.map { [$0] } ?? [])))
        }
        return true
    }
}

/// Rows by their keys' bytes.
private struct KeyedRows {
    private(set) var indices: [[UInt8]: [Int]] = [:]

    init(_ rows: CollectedRows, _ plan: TablePlan) throws(WireError) {
        for index in 0..<rows.count {
            let row = try CanonicalRow(rows[index], plan)
            indices[row.keyBytes(plan), default: []].append(index)
        }
    }
}

/// A row in its canonical form, divided into its values.
struct CanonicalRow {
    private let values: [ArraySlice<UInt8>?]

    /// - Throws: `WireError` when the bytes are not one value per column of `plan`.
    init(_ bytes: ArraySlice<UInt8>, _ plan: TablePlan) throws(WireError) {
        var reader = ByteReader(bytes)
        var values: [ArraySlice<UInt8>?] = []
        values.reserveCapacity(plan.columns.count)
        for _ in plan.columns {
            let length = try reader.readInteger("value length", as: Int32.self)
            values.append(length < 0 ? nil : try reader.readBytes(Int(length), "value"))
        }
        try reader.expectEnd("row")
        self.values = values
    }

    /// The key's values with their lengths, in key order.
    func keyBytes(_ plan: TablePlan) -> [UInt8] {
        var writer = ByteWriter()
        for column in plan.key {
            writer.writeInteger(Int32(truncatingIfNeeded: values[column]?.count ?? -1))
            writer.writeBytes(values[column] ?? [])
        }
        return writer.bytes
    }

    /// The key's columns and values as text, in key order.
    func key(_ plan: TablePlan) -> [RowDifference.NamedValue] {
        plan.key.map { RowDifference.NamedValue(plan.columns[$0].name, text(plan, $0)) }
    }

    /// The columns whose values are not the same.
    func differences(from target: CanonicalRow, _ plan: TablePlan) -> [RowDifference.ColumnDifference] {
        plan.columns.indices.filter { values[$0] != target.values[$0] }.map { column in
            var (left, right) = (text(plan, column), target.text(plan, column))
            // Two encodings of what reads the same: the bytes tell them apart.
            if left == right { (left, right) = (hexadecimal(column), target.hexadecimal(column)) }
            return RowDifference.ColumnDifference(plan.columns[column].name, source: left, target: right)
        }
    }

    func text(_ plan: TablePlan, _ column: Int) -> String? {
        values[column].map { plan.columns[column].targetText(of: $0) }
    }

    private func hexadecimal(_ column: Int) -> String? {
        values[column].map { bytes in
            "0x" + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
    }
}
