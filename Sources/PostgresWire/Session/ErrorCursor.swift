/// The line of a statement that an error is in, with a caret below the place.
///
/// libpq's `reportErrorPosition`: lines longer than the screen are cut on either side.
enum ErrorCursor {
    /// Screen columns of the statement's text.
    private static let displayWidth = 60
    /// A cut on the right stays this far from the place.
    private static let rightMargin = 10

    /// Two lines, or none when the position is outside the statement.
    ///
    /// - Parameters:
    ///   - query: the statement.
    ///   - position: characters into it, counted from 1.
    /// - Returns: `LINE n: …` and the caret's line.
    static func lines(in query: String, position: Int) -> String {
        let scalars = Array(query.unicodeScalars)
        let place = position - 1
        guard place >= 0, place <= scalars.count else { return "" }
        var line = Line(scalars, around: place)
        let (cutsLeft, cutsRight) = line.shorten(around: place)
        let prefix = "LINE \(line.number): " + (cutsLeft ? "..." : "")
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars[line.start..<line.end].map { $0 == "\t" ? " " : $0 })
        let indent = prefix.utf8.count + line.columns[place] - line.columns[line.start]
        return prefix + String(text) + (cutsRight ? "..." : "") + "\n" + String(repeating: " ", count: indent) + "^\n"
    }

    /// A part of one line, and the screen columns of the statement's characters.
    private struct Line {
        var number = 1
        var start = 0
        var end: Int
        /// Per character up to the line's end, and for the end: the columns before it.
        var columns: [Int] = []

        init(_ scalars: [Unicode.Scalar], around place: Int) {
            end = scalars.count
            var column = 0
            for (index, scalar) in scalars.enumerated() {
                columns.append(column)
                if scalar == "\r" || scalar == "\n" {
                    if index >= place {
                        end = index
                        return
                    }
                    // CR LF ends one line.
                    if scalar == "\r" || index == 0 || scalars[index - 1] != "\r" { number += 1 }
                    start = index + 1
                }
                column += scalar.displayWidth
            }
            columns.append(column)
        }

        private var width: Int { columns[end] - columns[start] }

        /// Cuts the line to the screen's width.
        mutating func shorten(around place: Int) -> (left: Bool, right: Bool) {
            guard width > ErrorCursor.displayWidth else { return (false, false) }
            let limit = columns[place] + ErrorCursor.rightMargin
            if columns[start] + ErrorCursor.displayWidth >= limit {
                while width > ErrorCursor.displayWidth { end -= 1 }
                return (false, true)
            }
            var (cutsLeft, cutsRight) = (false, false)
            while limit < columns[end] {
                end -= 1
                cutsRight = true
            }
            while width > ErrorCursor.displayWidth {
                start += 1
                cutsLeft = true
            }
            return (cutsLeft, cutsRight)
        }
    }
}

extension Unicode.Scalar {
    /// Columns on a terminal: two for what East Asian scripts and emoji make wide, else one.
    ///
    /// Characters without a width of their own count as one, as in libpq.
    fileprivate var displayWidth: Int {
        guard value >= 0x1100 else { return 1 }
        var (low, high) = (0, Self.wideRanges.count)
        while low < high {
            let middle = (low + high) / 2
            let (first, last) = Self.wideRanges[middle]
            if value < first {
                high = middle
            } else if value > last {
                low = middle + 1
            } else {
                return 2
            }
        }
        return 1
    }

    /// Characters whose East_Asian_Width is W or F (Unicode 14, as PostgreSQL 15 has it), in order.
    private static let wideRanges: [(UInt32, UInt32)] = [
        (0x1100, 0x115F), (0x231A, 0x231B), (0x2329, 0x232A), (0x23E9, 0x23EC), (0x23F0, 0x23F0), (0x23F3, 0x23F3),
        (0x25FD, 0x25FE), (0x2614, 0x2615), (0x2648, 0x2653), (0x267F, 0x267F), (0x2693, 0x2693), (0x26A1, 0x26A1),
        (0x26AA, 0x26AB), (0x26BD, 0x26BE), (0x26C4, 0x26C5), (0x26CE, 0x26CE), (0x26D4, 0x26D4), (0x26EA, 0x26EA),
        (0x26F2, 0x26F3), (0x26F5, 0x26F5), (0x26FA, 0x26FA), (0x26FD, 0x26FD), (0x2705, 0x2705), (0x270A, 0x270B),
        (0x2728, 0x2728), (0x274C, 0x274C), (0x274E, 0x274E), (0x2753, 0x2755), (0x2757, 0x2757), (0x2795, 0x2797),
        (0x27B0, 0x27B0), (0x27BF, 0x27BF), (0x2B1B, 0x2B1C), (0x2B50, 0x2B50), (0x2B55, 0x2B55), (0x2E80, 0x303E),
        (0x3041, 0x3247), (0x3250, 0x4DBF), (0x4E00, 0xA4C6), (0xA960, 0xA97C), (0xAC00, 0xD7A3), (0xF900, 0xFAD9),
        (0xFE10, 0xFE19), (0xFE30, 0xFE6B), (0xFF01, 0xFF60), (0xFFE0, 0xFFE6), (0x16FE0, 0x1B2FB),
        (0x1F004, 0x1F004), (0x1F0CF, 0x1F0CF), (0x1F18E, 0x1F18E), (0x1F191, 0x1F19A), (0x1F200, 0x1F320),
        (0x1F32D, 0x1F335), (0x1F337, 0x1F37C), (0x1F37E, 0x1F393), (0x1F3A0, 0x1F3CA), (0x1F3CF, 0x1F3D3),
        (0x1F3E0, 0x1F3F0), (0x1F3F4, 0x1F3F4), (0x1F3F8, 0x1F43E), (0x1F440, 0x1F440), (0x1F442, 0x1F4FC),
        (0x1F4FF, 0x1F53D), (0x1F54B, 0x1F54E), (0x1F550, 0x1F567), (0x1F57A, 0x1F57A), (0x1F595, 0x1F596),
        (0x1F5A4, 0x1F5A4), (0x1F5FB, 0x1F64F), (0x1F680, 0x1F6C5), (0x1F6CC, 0x1F6CC), (0x1F6D0, 0x1F6D2),
        (0x1F6D5, 0x1F6DF), (0x1F6EB, 0x1F6EC), (0x1F6F4, 0x1F6FC), (0x1F7E0, 0x1F7F0), (0x1F90C, 0x1F93A),
        (0x1F93C, 0x1F945), (0x1F947, 0x1F9FF), (0x1FA70, 0x1FAF6), (0x20000, 0x2FFFD), (0x30000, 0x3FFFD),
    ]
}
