/// How the end of a body is known (RFC 9112, section 6).
package enum BodyFraming: Hashable, Sendable {
    case length(Int)
    case chunked
    /// By the end of the connection.
    case untilEnd
    /// No body: the connection speaks another protocol from here on.
    case upgraded

    /// What the fields say; nil when they say nothing.
    ///
    /// - Throws: `HTTPError.malformed` for a length that is no number, for two that differ, for a coding other than
    ///   `chunked`, and for a length beside a coding, which only smugglers send.
    static func declared(by headers: HTTPHeaders) throws(HTTPError) -> BodyFraming? {
        let codings = headers.tokens("Transfer-Encoding")
        let lengths = Set(headers.tokens("Content-Length"))
        if !codings.isEmpty {
            guard codings == ["chunked"] else { throw .malformed("a transfer coding other than chunked") }
            guard lengths.isEmpty else { throw .malformed("both Transfer-Encoding and Content-Length") }
            return .chunked
        }
        guard let length = lengths.first else { return nil }
        guard lengths.count == 1 else { throw .malformed("two Content-Lengths that differ") }
        guard length.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }), let count = Int(length) else {
            throw .malformed("a Content-Length that is no number")
        }
        return .length(count)
    }
}
