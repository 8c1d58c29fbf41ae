import CQLWire

/// A compiled lightweight transaction: writes that happen together if all their conditions hold, on one partition.
struct ConditionalPlan: Sendable {
    struct Part: Sendable {
        let write: WritePlan
        /// Nil: a write without IF in a batch with some.
        let condition: CompiledCondition?
    }

    let parts: [Part]
    let isBatch: Bool
    let timestamp: ValueSource?

    var table: TableSchema { parts[0].write.table }

    /// What a batch with conditions must keep to.
    ///
    /// - Throws: `StatementError` (invalid) when it does not.
    func check() throws(StatementError) {
        guard timestamp == nil, parts.allSatisfy({ $0.write.timestamp == nil }) else {
            throw .invalid("Cannot provide custom timestamp for conditional BATCH")
        }
        guard parts.allSatisfy({ $0.write.table.id == table.id }) else {
            throw .invalid("Batch with conditions cannot span multiple tables")
        }
    }
}

/// The IF of a write.
enum CompiledCondition: Equatable, Sendable {
    case notExists
    case exists
    case columns([CompiledComparison])

    /// Whether it looks at static columns only.
    var isStaticOnly: Bool {
        guard case .columns(let comparisons) = self else { return false }
        return comparisons.allSatisfy(\.column.isStatic)
    }
}

/// One comparison of an IF.
struct CompiledComparison: Equatable, Sendable {
    enum Part: Equatable, Sendable {
        case whole
        /// Of a map by key, or of a list by index.
        case element(ValueSource)
        case field(Int)
    }

    enum Test: Equatable, Sendable {
        case compare(Relation.Operator, ValueSource)
        case among([ValueSource])
        case amongList(ValueSource)
    }

    let column: Column
    let part: Part
    /// The type of the part.
    let type: ColumnType
    let test: Test

    /// Whether it holds for the row.
    ///
    /// - Throws: `StatementError` (invalid) for a null or unset value that cannot be compared with.
    func holds(for row: borrowing RowView, _ running: RunningValues) throws(StatementError) -> Bool {
        let value = try self.value(of: row, running)
        switch test {
        case .compare(let comparison, let source):
            guard let wanted = try Self.wanted(source, running) else {
                switch comparison {
                case .equal: return value == nil
                case .notEqual: return value != nil
                default:
                    throw .invalid("Invalid comparison with null for operator \"\(comparison.rawValue)\"")
                }
            }
            guard let value else { return comparison == .notEqual }
            return comparison.holds(order(value, wanted))
        case .among(let sources):
            for source in sources {
                let wanted = try Self.wanted(source, running)
                if matches(value, wanted) { return true }
            }
            return false
        case .amongList(let source):
            guard let list = try Self.wanted(source, running) else {
                throw .invalid("Invalid null list in IN condition")
            }
            return KeyRestriction.elements(list, list.indices).contains { matches(value, Array(list[$0])) }
        }
    }

    private func matches(_ value: [UInt8]?, _ wanted: [UInt8]?) -> Bool {
        guard let value, let wanted else { return value == nil && wanted == nil }
        return order(value, wanted) == .same
    }

    private func order(_ value: [UInt8], _ wanted: [UInt8]) -> ValueOrder.Result {
        ValueOrder.compare(type, value, value.indices, wanted, wanted.indices)
    }

    /// The value to compare with; nil for null, and for an empty collection where the column is not frozen.
    private static func wanted(_ source: ValueSource, _ running: RunningValues) throws(StatementError) -> [UInt8]? {
        switch running[source] {
        case .null: return nil
        case .unset: throw .invalid("Invalid 'unset' value in condition")
        case .bytes(let range): return Array(running.bytes[range])
        }
    }

    private func value(of row: borrowing RowView, _ running: RunningValues) throws(StatementError) -> [UInt8]? {
        guard let whole = row.value(of: column) else { return nil }
        switch part {
        case .whole: return Array(whole.bytes[whole.range])
        case .field(let number):
            return TermExpression.component(number, of: whole.bytes, whole.range).map { Array(whole.bytes[$0]) }
        case .element(let source):
            guard case .bytes(let range) = running[source] else {
                throw .invalid("Invalid null value for element access of column \(column.name)")
            }
            let parts = KeyRestriction.elements(whole.bytes, whole.range)
            if case .list = column.type.withoutFrozen {
                guard let index = try running.integer(source, Int32.self, "list index"), index >= 0 else {
                    throw .invalid("Invalid negative list index for column \(column.name)")
                }
                return index < parts.count ? Array(whole.bytes[parts[Int(index)]]) : nil
            }
            let key = running.bytes[range]
            for index in stride(from: 0, to: parts.count - 1, by: 2) where whole.bytes[parts[index]] == key {
                return Array(whole.bytes[parts[index + 1]])
            }
            return nil
        }
    }
}
