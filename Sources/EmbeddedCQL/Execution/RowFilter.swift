import CQLWire

/// A condition on the values that a row has in one or more columns.
struct RowFilter: Equatable, Sendable {
    enum Condition: Equatable, Sendable {
        /// One value per column.
        case compare(Relation.Operator, [ValueSource])
        case among(ClusteringRestrictions.Part)
        /// A collection has the element, or the map the key.
        case contains(ValueSource, isKey: Bool)
        /// `m['key'] = value`
        case entry(key: ValueSource, value: ValueSource)
    }

    let columns: [Column]
    let condition: Condition

    init(_ columns: [Column], _ condition: Condition) {
        self.columns = columns
        self.condition = condition
    }

    /// Whether it looks into a collection, which no key can be searched by.
    var isPart: Bool {
        switch condition {
        case .contains, .entry: true
        case .compare, .among: false
        }
    }
}

/// The conditions of a SELECT with the values that they compare with.
struct RowMatcher {
    private struct Test {
        enum Kind {
            case compare(Relation.Operator)
            case among
            case contains(isKey: Bool)
            case entry
        }

        let columns: [Column]
        let kind: Kind
        /// Tuples of values, one per column; for an entry its key and its value.
        let values: [[Range<Int>]]
    }

    private let tests: [Test]
    private let bytes: [UInt8]

    var isEmpty: Bool { tests.isEmpty }

    /// - Throws: `StatementError` (invalid) for null, unset, and bytes that are no value of a column.
    init(_ filters: [RowFilter], _ running: RunningValues) throws(StatementError) {
        bytes = running.bytes
        var tests: [Test] = []
        for filter in filters { tests.append(try Self.test(filter, running)) }
        self.tests = tests
    }

    private static func test(_ filter: RowFilter, _ running: RunningValues) throws(StatementError) -> Test {
        let columns = filter.columns
        switch filter.condition {
        case .compare(let comparison, let sources):
            return Test(columns: columns, kind: .compare(comparison), values: [try values(sources, columns, running)])
        case .among(.single(let restriction)):
            let values = try restriction.values(for: columns[0], running).map { [$0] }
            return Test(columns: columns, kind: .among, values: values)
        case .among(.tuples(let tuples, _)):
            var all: [[Range<Int>]] = []
            for tuple in tuples { all.append(try values(tuple, columns, running)) }
            return Test(columns: columns, kind: .among, values: all)
        case .among(.tupleList(let source, _)):
            return Test(columns: columns, kind: .among, values: try TupleValues.tuples(source, columns, running))
        case .contains(let source, let isKey):
            guard case .bytes(let range) = running[source] else {
                throw .invalid("Invalid null value for column \(columns[0].name)")
            }
            return Test(columns: columns, kind: .contains(isKey: isKey), values: [[range]])
        case .entry(let key, let value):
            guard case .bytes(let keyRange) = running[key], case .bytes(let valueRange) = running[value] else {
                throw .invalid("Invalid null map key or value for column \(columns[0].name)")
            }
            return Test(columns: columns, kind: .entry, values: [[keyRange, valueRange]])
        }
    }

    private static func values(
        _ sources: [ValueSource],
        _ columns: [Column],
        _ running: RunningValues
    ) throws(StatementError) -> [Range<Int>] {
        var values: [Range<Int>] = []
        for (source, column) in zip(sources, columns) {
            values.append(try KeyRestriction.value(source, for: column, running))
        }
        return values
    }

    /// Whether the row meets all conditions; null meets none.
    func matches(_ row: borrowing RowView) -> Bool {
        for test in tests where !holds(test, row) { return false }
        return true
    }

    private func holds(_ test: Test, _ row: borrowing RowView) -> Bool {
        switch test.kind {
        case .compare(let comparison):
            guard let order = order(test, test.values[0], row) else { return false }
            return comparison.holds(order)
        case .among: return test.values.contains { order(test, $0, row) == .same }
        case .contains(let isKey):
            let wanted = bytes[test.values[0][0]]
            return Self.entries(test.columns[0], row).contains { entry in
                isKey ? entry.key == wanted : entry.value == wanted
            }
        case .entry:
            let (key, value) = (bytes[test.values[0][0]], bytes[test.values[0][1]])
            return Self.entries(test.columns[0], row).contains { $0.key == key && $0.value == value }
        }
    }

    /// How the row's values lie to the wanted ones, the first difference decides; nil when one is null.
    private func order(_ test: Test, _ wanted: [Range<Int>], _ row: borrowing RowView) -> ValueOrder.Result? {
        for (column, range) in zip(test.columns, wanted) {
            guard let value = row.value(of: column) else { return nil }
            let order = ValueOrder.compare(column.type, value.bytes, value.range, bytes, range)
            if order != .same { return order }
        }
        return .same
    }

    /// The elements of a collection; a list or set has no keys.
    private static func entries(
        _ column: Column,
        _ row: borrowing RowView
    ) -> [(key: ArraySlice<UInt8>, value: ArraySlice<UInt8>)] {
        guard let value = row.value(of: column) else { return [] }
        let parts = KeyRestriction.elements(value.bytes, value.range).map { value.bytes[$0] }
        guard case .map = column.type.withoutFrozen else { return parts.map { ([], $0) } }
        return stride(from: 0, to: parts.count - 1, by: 2).map { (parts[$0], parts[$0 + 1]) }
    }
}

extension Relation.Operator {
    func holds(_ order: ValueOrder.Result) -> Bool {
        switch self {
        case .equal: order == .same
        case .less: order == .ascending
        case .lessOrEqual: order != .descending
        case .greater: order == .descending
        case .greaterOrEqual: order != .ascending
        case .notEqual: order != .same
        }
    }
}
