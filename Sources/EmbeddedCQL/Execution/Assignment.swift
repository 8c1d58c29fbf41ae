import CQLWire
import Synchronization

/// What a write does to one column.
struct Assignment: Equatable, Sendable {
    enum Operation: Equatable, Sendable {
        /// The whole value; null removes it.
        case set
        /// DELETE of the column.
        case delete
        /// `c = c + x` and `c = x + c`, which differ for lists only.
        case append
        case prepend
        /// `c = c - x`
        case remove
        /// `c[key] = x`; without a value (DELETE) the element is removed.
        case element(key: ValueSource, removes: Bool)
        case field(number: Int, removes: Bool)
    }

    let column: Column
    let cell: Int
    let operation: Operation
    let source: ValueSource
    let check: ValueCheck
    /// Whether the column's value is one cell that is replaced as a whole: what nearly all are.
    let isSimple: Bool

    /// An assignment of what `source` gives, which are values of `valueType`.
    init(_ column: Column, cell: Int, _ operation: Operation, _ source: ValueSource, valueType: ColumnType) {
        self.column = column
        self.cell = cell
        self.operation = operation
        self.source = source
        check = ValueCheck(valueType)
        isSimple = !column.isComplex
    }

    private var isList: Bool {
        if case .list = column.type { return true }
        return false
    }

    /// Whether the change depends on the list as it is.
    var readsList: Bool {
        guard isList else { return false }
        switch operation {
        case .remove, .element: return true
        case .set, .delete, .append, .prepend, .field: return false
        }
    }

    /// Adds the change of a collection or user-defined type that is not frozen to `mutation`.
    ///
    /// - Throws: `StatementError` (invalid) for bytes that are no value of the column.
    func applyComplex(to mutation: inout RowMutation, _ running: borrowing RunningValues) throws(StatementError) {
        let value = running[source]
        if case .bytes(let range) = value { try check.check(running.bytes, range) }
        guard !readsList, value != .unset else { return }
        try applyComplex(value, to: &mutation, running)
    }
}

// MARK: - Collections and user-defined types that are not frozen

extension Assignment {
    private func applyComplex(
        _ value: RunningValue,
        to mutation: inout RowMutation,
        _ running: borrowing RunningValues
    ) throws(StatementError) {
        var bytes: [UInt8]?
        if case .bytes(let range) = value { bytes = Array(running.bytes[range]) }
        var change = ComplexCell(pathType: ComplexCell.pathType(of: column.type))
        switch operation {
        case .set:
            // Just before the new elements, which a deletion of their own timestamp would beat.
            change.deletion = mutation.timestamp - 1
            insert(bytes, into: &change, mutation.liveness)
        case .delete: change.deletion = mutation.timestamp
        case .append: insert(bytes, into: &change, mutation.liveness)
        case .prepend: insert(bytes, into: &change, mutation.liveness, before: true)
        case .remove:
            for part in Self.parts(bytes) {
                change.insert(.init(path: part, value: nil, liveness: Liveness(mutation.timestamp)))
            }
        case .element(let key, let removes):
            guard case .bytes(let range) = running[key] else {
                throw .invalid("Invalid null map key for column \(column.name)")
            }
            if case .map(let keyType, _) = column.type { try ValueCheck(keyType).check(running.bytes, range) }
            let path = Array(running.bytes[range])
            change.insert(element(path, removes ? nil : bytes, mutation.liveness))
        case .field(let number, let removes):
            change.insert(element(ComplexCell.path(ofField: number), removes ? nil : bytes, mutation.liveness))
        }
        add(change, to: &mutation)
    }

    private func element(_ path: [UInt8], _ value: [UInt8]?, _ liveness: Liveness) -> ComplexCell.Element {
        .init(path: path, value: value, liveness: value == nil ? Liveness(liveness.timestamp) : liveness)
    }

    /// Changes of one column by several assignments become one.
    private func add(_ change: ComplexCell, to mutation: inout RowMutation) {
        if case .merge(let number) = mutation.cells[cell] {
            mutation.complexChanges[number].merge(change)
        } else {
            mutation.complexChanges.append(change)
            mutation.cells[cell] = .merge(mutation.complexChanges.count - 1)
        }
    }

    /// Inserts the elements of a value of the column's type.
    private func insert(
        _ bytes: [UInt8]?,
        into change: inout ComplexCell,
        _ liveness: Liveness,
        before: Bool = false
    ) {
        guard let bytes else { return }
        if case .userDefined(let definition) = column.type {
            for number in definition.fields.indices {
                guard let range = TermExpression.component(number, of: bytes, bytes.indices) else { continue }
                change.insert(element(ComplexCell.path(ofField: number), Array(bytes[range]), liveness))
            }
            return
        }
        let parts = Self.parts(bytes)
        switch column.type {
        case .set:
            for part in parts { change.insert(element(part, [], liveness)) }
        case .map:
            for index in stride(from: 0, to: parts.count - 1, by: 2) {
                change.insert(element(parts[index], parts[index + 1], liveness))
            }
        default:
            let numbers = ListPath.take(parts.count, before: before)
            for (number, part) in zip(numbers, parts) {
                change.insert(element(ListPath.bytes(number), part, liveness))
            }
        }
    }

    private static func parts(_ bytes: [UInt8]?) -> [[UInt8]] {
        guard let bytes else { return [] }
        return KeyRestriction.elements(bytes, bytes.indices).map { Array(bytes[$0]) }
    }

    /// Adds what the assignment does to a list with the given living elements.
    ///
    /// - Throws: `StatementError` (invalid) for an index that the list has not.
    func changeList(
        _ live: [ComplexCell.Element],
        in mutation: inout RowMutation,
        _ running: borrowing RunningValues
    ) throws(StatementError) {
        var bytes: [UInt8]?
        if case .bytes(let range) = running[source] { bytes = Array(running.bytes[range]) }
        if running[source] == .unset { return }
        var change = ComplexCell(pathType: .blob)
        switch operation {
        case .remove:
            let unwanted = Set(Self.parts(bytes))
            for old in live where old.value.map(unwanted.contains) ?? false {
                change.insert(element(old.path, nil, mutation.liveness))
            }
        case .element(let key, let removes):
            guard let index = try running.integer(key, Int32.self, "list index") else { return }
            guard !live.isEmpty else {
                throw .invalid(
                    "Attempted to \(removes ? "delete an element from" : "set an element on") a list which is null"
                )
            }
            guard index >= 0, index < live.count else {
                throw .invalid("List index \(index) out of bound, list has size \(live.count)")
            }
            change.insert(element(live[Int(index)].path, removes ? nil : bytes, mutation.liveness))
        case .set, .delete, .append, .prepend, .field: return
        }
        add(change, to: &mutation)
    }
}

/// Where new elements of lists go: behind, or before, all that this process ever gave out.
///
/// Numbers alone order a list; real servers take the time for it, which is one too.
enum ListPath {
    private static let next = Atomic<Int64>(1)

    /// Goes on from the present time in microseconds: no process ever gave out that many numbers.
    static func begin(at now: Int64) { _ = next.max(now, ordering: .relaxed) }

    /// The numbers of `count` new elements in their order.
    static func take(_ count: Int, before: Bool) -> [Int64] {
        let first = next.add(Int64(count), ordering: .relaxed).oldValue
        let numbers = (0..<Int64(count)).map { first + $0 }
        return before ? numbers.reversed().map { -$0 } : numbers
    }

    /// Bytes that sort as the numbers do.
    static func bytes(_ number: Int64) -> [UInt8] { LiteralEncoder.bigEndian(number ^ .min) }
}
