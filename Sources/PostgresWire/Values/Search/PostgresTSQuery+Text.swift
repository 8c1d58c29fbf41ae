import WireKit

/// The text form: `'fat' & ( 'rat' | !'cat':*AB )`.
extension PostgresTSQuery.Node {
    /// How tightly it binds: or, and, phrase, not.
    private var priority: Int {
        switch self {
        case .or: 1
        case .and: 2
        case .phrase: 3
        case .not: 4
        case .lexeme: 5
        }
    }

    /// The text, in parentheses where the server puts them.
    ///
    /// - Parameters:
    ///   - parent: the priority of what it is an operand of.
    ///   - isRightOfPhrase: whether that is a phrase of which it is the right operand: phrases do not associate.
    /// - Returns: the server's text.
    func text(inside parent: Int, isRightOfPhrase: Bool) -> String {
        let text: String
        switch self {
        case .lexeme(let lexeme, let weights, let isPrefix):
            var suffix = isPrefix ? "*" : ""
            for (bit, letter) in [(8, "A"), (4, "B"), (2, "C"), (1, "D")] where Int(weights) & bit != 0 {
                suffix += letter
            }
            return QuotedLexeme.text(lexeme) + (suffix.isEmpty ? "" : ":" + suffix)
        case .not(let operand):
            text = "!" + operand.text(inside: priority, isRightOfPhrase: false)
        case .and(let left, let right):
            text = joined(left, "&", right)
        case .or(let left, let right):
            text = joined(left, "|", right)
        case .phrase(let left, let right, let distance):
            text = joined(left, distance == 1 ? "<->" : "<\(distance)>", right)
        }
        var needsParentheses = priority < parent
        if case .phrase = self { needsParentheses = needsParentheses || isRightOfPhrase }
        return needsParentheses ? "( \(text) )" : text
    }

    private func joined(_ left: Self, _ sign: String, _ right: Self) -> String {
        var isPhrase = false
        if case .phrase = self { isPhrase = true }
        return left.text(inside: priority, isRightOfPhrase: false) + " \(sign) "
            + right.text(inside: priority, isRightOfPhrase: isPhrase)
    }
}

/// Reads the text form by precedence climbing.
enum TSQueryParser {
    typealias Node = PostgresTSQuery.Node

    /// Reads a whole query.
    ///
    /// - Throws: `WireError` when it is none, or operators lie too deep in each other.
    static func parse(_ reader: inout TextReader) throws(WireError) -> Node {
        try parse(&reader, priority: 1, depth: 0).node
    }

    /// Operands of operators that bind at least as tightly as `priority`, and how deep the result is.
    private static func parse(
        _ reader: inout TextReader,
        priority: Int,
        depth: Int
    ) throws(WireError) -> (node: Node, height: Int) {
        var (left, height) = try parseOperand(&reader, depth: depth + 1)
        while reader.next == UInt8(ascii: " ") {
            var ahead = reader
            guard let (sign, distance) = try parseOperator(&ahead), sign >= priority else { break }
            reader = ahead
            let (right, rightHeight) = try parse(&reader, priority: sign + 1, depth: depth + 1)
            switch sign {
            case 1: left = .or(left, right)
            case 2: left = .and(left, right)
            default: left = .phrase(left, right, distance: distance)
            }
            height = max(height, rightHeight) + 1
            try checkDepth(depth + height, reader)
        }
        return (left, height)
    }

    /// A blank, an operator and a blank; nothing before a closing parenthesis.
    private static func parseOperator(
        _ reader: inout TextReader
    ) throws(WireError) -> (priority: Int, distance: UInt16)? {
        if reader.skip(" | ") { return (1, 0) }
        if reader.skip(" & ") { return (2, 0) }
        if reader.skip(" <-> ") { return (3, 1) }
        guard reader.skip(" <") else { return nil }
        let distance = try reader.readDigits(1...5)
        guard distance <= PostgresTSQuery.maximumDistance else { throw reader.error("a distance is at most 16384") }
        try reader.expect("> ")
        return (3, UInt16(distance))
    }

    private static func parseOperand(
        _ reader: inout TextReader,
        depth: Int
    ) throws(WireError) -> (node: Node, height: Int) {
        try checkDepth(depth, reader)
        if reader.skip("!") {
            let (operand, height) = try parseOperand(&reader, depth: depth + 1)
            return (.not(operand), height + 1)
        }
        if reader.skip("( ") {
            let inner = try parse(&reader, priority: 1, depth: depth + 1)
            try reader.expect(" )")
            return inner
        }
        let text = try QuotedLexeme.decode(from: &reader)
        var (weights, isPrefix): (UInt8, Bool) = (0, false)
        if reader.skip(":") {
            isPrefix = reader.skip("*")
            for (bit, letter) in [(UInt8(8), "A"), (4, "B"), (2, "C"), (1, "D")] where reader.skip(letter) {
                weights |= bit
            }
        }
        return (.lexeme(text, weights: weights, isPrefix: isPrefix), 1)
    }

    private static func checkDepth(_ depth: Int, _ reader: TextReader) throws(WireError) {
        guard depth <= PostgresTSQuery.maximumDepth else { throw reader.error("operators lie too deep in each other") }
    }
}
