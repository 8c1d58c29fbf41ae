/// The generated tables' text, read once, when the first password outside of ASCII needs them.
enum PackedTable {
    /// `gap*count+value+…`; a count of 1 is left out.
    struct Record {
        /// From the code point before, or from the end of the range before.
        let gap: UInt32
        let count: UInt32
        let values: [UInt32]
    }

    static func records(_ text: String) -> [Record] {
        text.utf8.split(separator: UInt8(ascii: " ")).map { record in
            let fields = record.split(separator: UInt8(ascii: "+"))
            let head = (fields.first ?? record).split(separator: UInt8(ascii: "*"))
            return Record(
                gap: head.first.map(number) ?? 0,
                count: head.count > 1 ? number(head[1]) : 1,
                values: fields.dropFirst().map(number)
            )
        }
    }

    private static func number(_ digits: Substring.UTF8View) -> UInt32 {
        UInt32(String(decoding: digits, as: UTF8.self), radix: 36) ?? 0
    }
}

/// A set of code points, as ranges in order.
struct CodePointSet {
    private let ranges: [Range<UInt32>]

    /// - Parameter text: a packed table of `gap+length`.
    init(packed text: String) {
        var end: UInt32 = 0
        ranges = PackedTable.records(text).map { record in
            let start = end + record.gap
            end = start + (record.values.first ?? 0)
            return start..<end
        }
    }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound <= scalar.value { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].contains(scalar.value)
    }
}
