import CQLWire

/// The value of a collection or user-defined type that is not frozen: each element is a cell of its own, found by its
/// path.
///
/// The path of an element is its key in a map, the element itself in a set, the field's number in a user-defined type,
/// and in a list a number that only grows (or falls, for what is prepended).
struct ComplexCell: Equatable, Sendable {
    struct Element: Equatable, Sendable {
        var path: [UInt8]
        /// Nil: removed.
        var value: [UInt8]?
        var liveness: Liveness

        func isLive(at now: Int64) -> Bool { value != nil && liveness.isLive(at: now) }
    }

    /// Elements up to this timestamp are gone.
    var deletion: Int64?
    /// In the order of their paths, each path once.
    var elements: [Element] = []
    /// How paths are ordered.
    let pathType: ColumnType

    init(pathType: ColumnType, deletion: Int64? = nil) {
        self.pathType = pathType
        self.deletion = deletion
    }

    private func order(_ left: [UInt8], _ right: [UInt8]) -> ValueOrder.Result {
        ValueOrder.compare(pathType, left, left.indices, right, right.indices)
    }

    /// Adds an element, or merges it with the one that is there.
    mutating func insert(_ element: Element) {
        var low = 0
        var high = elements.count
        while low < high {
            let middle = (low + high) / 2
            if order(elements[middle].path, element.path) == .ascending { low = middle + 1 } else { high = middle }
        }
        if low < elements.count, order(elements[low].path, element.path) == .same {
            if Self.wins(element, over: elements[low]) { elements[low] = element }
        } else {
            elements.insert(element, at: low)
        }
    }

    /// Last write wins, element by element.
    mutating func merge(_ other: ComplexCell) {
        if let deleted = other.deletion { deletion = max(deletion ?? .min, deleted) }
        if other.elements.count < 8 {
            for element in other.elements { insert(element) }
        } else {
            elements = merged(elements, other.elements)
        }
        if let deletion { removeElements(upTo: deletion) }
    }

    private func merged(_ left: [Element], _ right: [Element]) -> [Element] {
        var result: [Element] = []
        result.reserveCapacity(left.count + right.count)
        var a = 0
        var b = 0
        while a < left.count, b < right.count {
            switch order(left[a].path, right[b].path) {
            case .ascending:
                result.append(left[a])
                a += 1
            case .descending:
                result.append(right[b])
                b += 1
            case .same:
                result.append(Self.wins(right[b], over: left[a]) ? right[b] : left[a])
                a += 1
                b += 1
            }
        }
        return result + left[a...] + right[b...]
    }

    private mutating func removeElements(upTo timestamp: Int64) {
        elements.removeAll { $0.liveness.timestamp <= timestamp }
    }

    /// Takes away what a deletion of the whole row covers.
    mutating func shadow(by rowDeletion: Int64) {
        removeElements(upTo: rowDeletion)
        if let deletion, deletion <= rowDeletion { self.deletion = nil }
    }

    var isEmpty: Bool { deletion == nil && elements.isEmpty }

    private static func wins(_ new: Element, over old: Element) -> Bool {
        if new.liveness.timestamp != old.liveness.timestamp {
            return new.liveness.timestamp > old.liveness.timestamp
        }
        guard let newValue = new.value else { return true }
        guard let oldValue = old.value else { return false }
        switch new.liveness.order(to: old.liveness) {
        case .descending: return true
        case .ascending: return false
        case .same: return ValueOrder.bytes(newValue, newValue.indices, oldValue, oldValue.indices) == .descending
        }
    }
}

// MARK: - Bytes

extension ComplexCell {
    /// Appends deletion, element count, then per element: path, 0 for removed or the value's length + 1, timestamp,
    /// time to live and (with one) expiry, value.
    func encode(into bytes: inout [UInt8]) {
        bytes.append(deletion == nil ? 0 : 1)
        if let deletion { bytes.appendInt64(deletion) }
        bytes.appendVariableLength(elements.count)
        for element in elements {
            bytes.appendVariableLength(element.path.count)
            bytes.append(contentsOf: element.path)
            bytes.appendVariableLength(element.value.map { $0.count + 1 } ?? 0)
            bytes.appendInt64(element.liveness.timestamp)
            bytes.appendVariableLength(Int(element.liveness.timeToLive))
            if element.liveness.isExpiring { bytes.appendInt64(element.liveness.expiry) }
            if let value = element.value { bytes.append(contentsOf: value) }
        }
    }

    /// Reads what `encode` wrote.
    init(pathType: ColumnType, decoding bytes: [UInt8], in range: Range<Int>) {
        self.pathType = pathType
        var position = range.lowerBound + 1
        if bytes[range.lowerBound] != 0 {
            deletion = bytes.int64(at: position)
            position += 8
        }
        let count = bytes.readVariableLength(at: &position)
        elements.reserveCapacity(count)
        for _ in 0..<count {
            let pathCount = bytes.readVariableLength(at: &position)
            let path = Array(bytes[position..<position + pathCount])
            position += pathCount
            let head = bytes.readVariableLength(at: &position)
            var liveness = Liveness(bytes.int64(at: position))
            position += 8
            liveness.timeToLive = Int32(truncatingIfNeeded: bytes.readVariableLength(at: &position))
            if liveness.isExpiring {
                liveness.expiry = bytes.int64(at: position)
                position += 8
            }
            var value: [UInt8]?
            if head > 0 {
                value = Array(bytes[position..<position + head - 1])
                position += head - 1
            }
            elements.append(Element(path: path, value: value, liveness: liveness))
        }
    }
}

// MARK: - Values

extension ComplexCell {
    /// The value of the column as the protocol has it; nil (null) when nothing of it lives.
    func value(of type: ColumnType, at now: Int64) -> [UInt8]? {
        let live = elements.filter { $0.isLive(at: now) }
        guard !live.isEmpty else { return nil }
        var bytes: [UInt8] = []
        if case .userDefined(let definition) = type {
            for number in definition.fields.indices {
                let path = Self.path(ofField: number)
                bytes.appendComponent(live.first { $0.path == path }?.value)
            }
            return bytes
        }
        bytes.append(contentsOf: LiteralEncoder.bigEndian(Int32(truncatingIfNeeded: live.count)))
        for element in live {
            switch type {
            case .set: bytes.appendComponent(element.path)
            case .map:
                bytes.appendComponent(element.path)
                bytes.appendComponent(element.value)
            default: bytes.appendComponent(element.value)
            }
        }
        return bytes
    }

    static func path(ofField number: Int) -> [UInt8] { LiteralEncoder.bigEndian(UInt16(truncatingIfNeeded: number)) }

    /// The type that orders the paths of a column of `type`.
    static func pathType(of type: ColumnType) -> ColumnType {
        switch type {
        case .set(let element): element
        case .map(let key, _): key
        default: .blob
        }
    }
}

extension [UInt8] {
    /// Appends a value with its length before it, −1 for null; no value is as long as 2 GiB.
    mutating func appendComponent(_ value: [UInt8]?) {
        append(contentsOf: LiteralEncoder.bigEndian(Int32(truncatingIfNeeded: value?.count ?? -1)))
        if let value { append(contentsOf: value) }
    }
}
