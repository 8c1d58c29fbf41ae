/// A defect found in the bytes of a peer: what was being read, where, and what was wrong with it.
package struct WireError: Error, Equatable, Sendable {
    /// The kind of defect.
    package enum Reason: Equatable, Sendable {
        /// Fewer bytes remain than the field needs.
        case truncated(needed: Int, remaining: Int)
        /// A message has bytes left after its last field.
        case trailingBytes(count: Int)
        /// A length field holds a value that no message can have.
        case invalidLength(Int)
        /// A length field announces more than the limit that this reader accepts.
        case limitExceeded(length: Int, limit: Int)
        /// A code (message type, opcode, kind) that the specification does not define.
        case unknownCode(Int)
        /// Text that is not UTF-8.
        case invalidUTF8
        /// A value that the field's specification rules out, with the rule it breaks.
        case invalidValue(String)
    }

    package let reason: Reason
    /// The field's name as the specification spells it.
    package let field: String
    /// Bytes from the start of the message, or of the value, to the field.
    package let offset: Int

    package init(_ reason: Reason, field: String, offset: Int) {
        self.reason = reason
        self.field = field
        self.offset = offset
    }
}

extension WireError: CustomStringConvertible {
    package var description: String {
        let what =
            switch reason {
            case .truncated(let needed, let remaining): "needs \(needed) bytes but \(remaining) remain"
            case .trailingBytes(let count): "is followed by \(count) unexpected bytes"
            case .invalidLength(let length): "has the impossible length \(length)"
            case .limitExceeded(let length, let limit): "announces \(length) bytes, above the limit of \(limit)"
            case .unknownCode(let code): "has the unknown code \(code)"
            case .invalidUTF8: "is not valid UTF-8"
            case .invalidValue(let rule): "is invalid: \(rule)"
            }
        return "\(field) at byte \(offset) \(what)"
    }
}
