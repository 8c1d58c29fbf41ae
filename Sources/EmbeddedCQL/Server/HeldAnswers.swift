import WireKit

/// Answers that wait, in their order, until other nodes have what they promise.
struct HeldAnswers {
    private var bytes: [UInt8] = []
    private var start = 0
    /// Where the answers end that may go once the log is settled up to `count`.
    private var marks: [(count: Int64, end: Int)] = []
    private var firstMark = 0

    var byteCount: Int { bytes.count - start }
    var isEmpty: Bool { byteCount == 0 }

    /// Takes answers that may go once the log is settled up to `count`.
    mutating func append(_ answers: [UInt8], until count: Int64) {
        bytes += answers
        if firstMark < marks.count, marks[marks.count - 1].count == count {
            marks[marks.count - 1].end = bytes.count
        } else {
            marks.append((count, bytes.count))
        }
    }

    /// Gives out what may go now that the log is settled up to `count`.
    mutating func release(upTo count: Int64) -> ArraySlice<UInt8> {
        var end = start
        while firstMark < marks.count, marks[firstMark].count <= count {
            end = marks[firstMark].end
            firstMark += 1
        }
        let released = bytes[start..<end]
        start = end
        if start == bytes.count {
            self = HeldAnswers()
        }
        return released
    }
}
