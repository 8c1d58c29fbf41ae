import CQLWire
import WireKit

/// Checks the elements of collections and tuples (native protocol v4, section 6).
enum CollectionCheck {
    static func check(_ type: ColumnType, _ storage: [UInt8], _ range: Range<Int>) throws(StatementError) {
        switch type {
        case .list(let element), .set(let element): try list(element, storage, range)
        case .map(let key, let value): try map(key, value, storage, range)
        case .tuple(let elements): try tuple(elements, storage, range)
        case .userDefined(let type): try tuple(type.fields.map(\.type), storage, range)
        default: return
        }
    }

    private static func list(_ element: ColumnType, _ storage: [UInt8], _ range: Range<Int>) throws(StatementError) {
        let check = ValueCheck(element)
        try walk("list", storage, range, partsPerElement: 1) { (_, part) throws(StatementError) in
            try check.check(storage, part)
        }
    }

    private static func map(
        _ key: ColumnType,
        _ value: ColumnType,
        _ storage: [UInt8],
        _ range: Range<Int>
    ) throws(StatementError) {
        let checks = [ValueCheck(key), ValueCheck(value)]
        try walk("map", storage, range, partsPerElement: 2) { (index, part) throws(StatementError) in
            try checks[index % 2].check(storage, part)
        }
    }

    /// Walks the parts of a list, set or map.
    private static func walk(
        _ name: String,
        _ storage: [UInt8],
        _ range: Range<Int>,
        partsPerElement: Int,
        _ body: (Int, Range<Int>) throws(StatementError) -> Void
    ) throws(StatementError) {
        guard let count = storage.bigEndianInt32(at: range.lowerBound, before: range.upperBound), count >= 0 else {
            throw .invalid("Not enough bytes to read a \(name)")
        }
        var position = range.lowerBound + 4
        // A product of two 32-bit numbers fits; each part is looked at before the next is believed.
        for index in 0..<Int(count) * partsPerElement {
            guard let length = storage.bigEndianInt32(at: position, before: range.upperBound) else {
                throw .invalid("Not enough bytes to read a \(name)")
            }
            guard length >= 0 else { throw .invalid("null is not supported inside collections") }
            position += 4
            guard Int(length) <= range.upperBound - position else {
                throw .invalid("Not enough bytes to read a \(name)")
            }
            try body(index, position..<position + Int(length))
            position += Int(length)
        }
        guard position == range.upperBound else { throw .invalid("Unexpected extraneous bytes after \(name) value") }
    }

    /// A tuple may end before its last elements, and any element may be null.
    private static func tuple(_ elements: [ColumnType], _ storage: [UInt8], _ range: Range<Int>) throws(StatementError)
    {
        var position = range.lowerBound
        for (index, element) in elements.enumerated() {
            if position == range.upperBound { return }
            guard let length = storage.bigEndianInt32(at: position, before: range.upperBound) else {
                throw .invalid("Not enough bytes to read size of \(index)th component")
            }
            position += 4
            guard length >= 0 else { continue }
            guard Int(length) <= range.upperBound - position else {
                throw .invalid("Not enough bytes to read \(index)th component")
            }
            try ValueCheck(element).check(storage, position..<position + Int(length))
            position += Int(length)
        }
        guard position == range.upperBound else {
            throw .invalid("Invalid remaining data after end of tuple value")
        }
    }
}

extension [UInt8] {
    /// The big-endian integer at `position`, or nil when it would not end before `end`.
    func bigEndianInt32(at position: Int, before end: Int) -> Int32? {
        guard position >= 0, end <= count, position <= end - 4 else { return nil }
        let high = UInt32(self[position]) << 24 | UInt32(self[position + 1]) << 16
        return Int32(bitPattern: high | UInt32(self[position + 2]) << 8 | UInt32(self[position + 3]))
    }
}
