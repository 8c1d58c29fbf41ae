/// A request's method (RFC 9110, section 9); the set is open.
package struct HTTPMethod: RawRepresentable, Hashable, Sendable {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    package static let get = HTTPMethod(rawValue: "GET")
    package static let head = HTTPMethod(rawValue: "HEAD")
    package static let post = HTTPMethod(rawValue: "POST")
    package static let put = HTTPMethod(rawValue: "PUT")
    package static let delete = HTTPMethod(rawValue: "DELETE")

    /// Whether doing it twice is as good as once (RFC 9110, section 9.2.2).
    package var isIdempotent: Bool { [.get, .head, .put, .delete].contains(self) }
}

/// 1.0 or 1.1.
package struct HTTPVersion: Hashable, Sendable {
    package let minor: Int

    package static let http1_0 = HTTPVersion(minor: 0)
    package static let http1_1 = HTTPVersion(minor: 1)

    /// Reads `HTTP/1.x`.
    ///
    /// - Throws: `HTTPError.malformed` for anything else.
    static func decode(_ text: some Collection<UInt8>) throws(HTTPError) -> HTTPVersion {
        switch String(decoding: text, as: UTF8.self) {
        case "HTTP/1.1": .http1_1
        case "HTTP/1.0": .http1_0
        default: throw .malformed("the version is neither HTTP/1.1 nor HTTP/1.0")
        }
    }
}

extension HTTPVersion: CustomStringConvertible {
    package var description: String { "HTTP/1.\(minor)" }
}
