import CQLWire

/// The values that a key column may have in a statement: one, or those of an IN.
enum KeyRestriction: Equatable, Sendable {
    case equal(ValueSource)
    case among([ValueSource])
    /// `IN ?`: the marker's value is a list.
    case amongList(ValueSource)

    /// The marker that alone gives the value.
    var markerIndex: Int? {
        if case .equal(.marker(let index)) = self { return index }
        return nil
    }

    /// The values, checked.
    ///
    /// - Throws: `StatementError` (invalid) for null, unset, and bytes that are no value of the column.
    func values(for column: Column, _ running: RunningValues) throws(StatementError) -> [Range<Int>] {
        switch self {
        case .equal(let source): return [try Self.value(source, for: column, running)]
        case .among(let sources):
            var values: [Range<Int>] = []
            for source in sources { values.append(try Self.value(source, for: column, running)) }
            return values
        case .amongList(let source):
            guard case .bytes(let range) = running[source] else {
                throw .invalid("Invalid null value for IN restriction of column \(column.name)")
            }
            try ValueCheck.parts(.list(column.type)).check(running.bytes, range)
            return Self.elements(running.bytes, range)
        }
    }

    /// One key value, checked.
    ///
    /// - Throws: `StatementError` (invalid), see `values`.
    static func value(
        _ source: ValueSource,
        for column: borrowing Column,
        _ running: borrowing RunningValues
    ) throws(StatementError) -> Range<Int> {
        switch running[source] {
        case .null: throw .invalid("Invalid null value in condition for column \(column.name)")
        case .unset: throw .invalid("Invalid unset value for column \(column.name)")
        case .bytes(let range):
            try column.check.check(running.bytes, range)
            return range
        }
    }

    /// The elements of a list that was checked.
    static func elements(_ bytes: [UInt8], _ range: Range<Int>) -> [Range<Int>] {
        var elements: [Range<Int>] = []
        var position = range.lowerBound + 4
        while let length = bytes.bigEndianInt32(at: position, before: range.upperBound) {
            elements.append(position + 4..<position + 4 + Int(length))
            position += 4 + Int(length)
        }
        return elements
    }
}

/// The partition keys that a statement's restrictions name.
enum PartitionKeys {
    /// The longest partition key that a server takes.
    static let byteLimit = 65535

    /// Appends the routing key of the values, one per column, to `key`.
    ///
    /// - Throws: `StatementError` (invalid) for a key that is empty or too long.
    static func append(_ values: [Range<Int>], _ bytes: [UInt8], to key: inout [UInt8]) throws(StatementError) {
        if values.count == 1 {
            guard !values[0].isEmpty else { throw empty }
            key.append(contentsOf: bytes[values[0]])
        } else {
            for value in values {
                guard value.count <= byteLimit else { throw tooLong(value.count) }
                RoutingKey.append(bytes[value], to: &key)
            }
        }
        guard key.count <= byteLimit else { throw tooLong(key.count) }
    }

    /// The most keys that the IN restrictions of a statement may name.
    static let combinationLimit = 100_000
    static let tooManyCombinations = StatementError.invalid("The IN restrictions name too many keys")

    static let empty = StatementError.invalid("Key may not be empty")

    static func tooLong(_ count: Int) -> StatementError {
        .invalid("Key length of \(count) is longer than maximum of \(byteLimit)")
    }

    /// Every combination of the columns' values, as routing keys.
    ///
    /// - Throws: `StatementError` (invalid) for values that no key can have.
    static func all(
        _ restrictions: [KeyRestriction],
        of columns: ArraySlice<Column>,
        _ running: RunningValues
    ) throws(StatementError) -> [[UInt8]] {
        var keys: [[UInt8]] = []
        for combination in try combinations(restrictions, of: columns, running) {
            var key: [UInt8] = []
            try append(combination, running.bytes, to: &key)
            keys.append(key)
        }
        return keys
    }

    /// Every combination of the columns' values.
    ///
    /// - Throws: `StatementError` (invalid) for values that a column cannot have, or too many combinations.
    static func combinations(
        _ restrictions: [KeyRestriction],
        of columns: ArraySlice<Column>,
        _ running: RunningValues
    ) throws(StatementError) -> [[Range<Int>]] {
        var combinations: [[Range<Int>]] = [[]]
        for (restriction, column) in zip(restrictions, columns) {
            let values = try restriction.values(for: column, running)
            guard combinations.count * values.count <= combinationLimit else { throw tooManyCombinations }
            combinations = combinations.flatMap { prefix in values.map { prefix + [$0] } }
        }
        return combinations
    }
}
