/// A status line and its fields (RFC 9112, section 4).
package struct HTTPResponseHead: Hashable, Sendable {
    package var version: HTTPVersion
    /// Three digits; 100 to 199 are informational.
    package var status: Int
    package var reason: String
    package var headers: HTTPHeaders

    package init(version: HTTPVersion = .http1_1, status: Int, reason: String = "", headers: HTTPHeaders = [:]) {
        self.version = version
        self.status = status
        self.reason = reason
        self.headers = headers
    }

    /// Reads the lines of a head, the empty one that ends it excluded.
    ///
    /// - Throws: `HTTPError.malformed`.
    init(lines: [ArraySlice<UInt8>]) throws(HTTPError) {
        let parts = (lines.first ?? []).split(separator: 0x20, maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2 else { throw .malformed("the status line is not a version and a status") }
        version = try HTTPVersion.decode(parts[0])
        guard parts[1].count == 3, parts[1].allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }),
            let status = Int(String(decoding: parts[1], as: UTF8.self)), status >= 100
        else { throw .malformed("the status is not a number from 100 to 999") }
        let reason = parts.count == 3 ? parts[2] : []
        guard reason.allSatisfy(HTTPGrammar.isFieldCharacter) else {
            throw .malformed("the reason phrase holds a control character")
        }
        self.status = status
        self.reason = String(decoding: reason, as: UTF8.self)
        headers = HTTPHeaders()
        for line in lines.dropFirst() { try headers.append(line: line) }
    }

    /// Appends the head with the empty line that ends it.
    ///
    /// - Throws: `HTTPError.malformed` when a field cannot be sent.
    package func encode(into bytes: inout [UInt8]) throws(HTTPError) {
        bytes += Array("\(version) \(status) \(reason)\r\n".utf8)
        try headers.encode(into: &bytes)
        bytes += [0x0D, 0x0A]
    }

    package var isInformational: Bool { status < 200 && status != 101 }

    /// How long the body is that follows (RFC 9112, section 6.3).
    ///
    /// - Throws: `HTTPError.malformed` when the fields contradict each other.
    func bodyFraming(answering method: HTTPMethod) throws(HTTPError) -> BodyFraming {
        if status == 101 { return .upgraded }
        if method == .head || status == 204 || status == 304 { return .length(0) }
        return try BodyFraming.declared(by: headers) ?? .untilEnd
    }

    /// Whether the connection carries another message after this one (RFC 9112, section 9.3).
    var keepsAlive: Bool {
        let connection = headers.tokens("Connection")
        if connection.contains("close") { return false }
        return version == .http1_1 || connection.contains("keep-alive")
    }
}
