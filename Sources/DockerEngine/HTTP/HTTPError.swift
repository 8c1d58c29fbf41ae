/// What a peer sent is not HTTP/1.1 as RFC 9112 describes it, or is more than we accept.
package enum HTTPError: Error, Hashable, Sendable {
    /// A part of the message breaks its grammar.
    case malformed(String)
    /// A head, or a trailer section, is longer than its limit.
    case headTooLarge(limit: Int)
    /// The connection ended inside a message.
    case incomplete
}

extension HTTPError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .malformed(let what): "not HTTP/1.1: \(what)"
        case .headTooLarge(let limit): "the HTTP head is longer than \(limit) bytes"
        case .incomplete: "the connection ended inside an HTTP message"
        }
    }
}
