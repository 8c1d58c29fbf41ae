/// A request line and its fields (RFC 9112, section 3).
package struct HTTPRequestHead: Hashable, Sendable {
    package var method: HTTPMethod
    package var target: RequestTarget
    package var version: HTTPVersion
    package var headers: HTTPHeaders

    package init(
        method: HTTPMethod,
        target: RequestTarget,
        version: HTTPVersion = .http1_1,
        headers: HTTPHeaders = [:]
    ) {
        self.method = method
        self.target = target
        self.version = version
        self.headers = headers
    }

    /// Reads the lines of a head, the empty one that ends it excluded.
    ///
    /// - Throws: `HTTPError.malformed`.
    init(lines: [ArraySlice<UInt8>]) throws(HTTPError) {
        let parts = (lines.first ?? []).split(separator: 0x20, omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, parts[0].allSatisfy(HTTPGrammar.isTokenCharacter) else {
            throw .malformed("the request line is not a method, a target and a version")
        }
        method = HTTPMethod(rawValue: String(decoding: parts[0], as: UTF8.self))
        target = try RequestTarget.decode(parts[1])
        version = try HTTPVersion.decode(parts[2])
        headers = HTTPHeaders()
        for line in lines.dropFirst() { try headers.append(line: line) }
    }

    /// Appends the head with the empty line that ends it.
    ///
    /// - Throws: `HTTPError.malformed` when a field cannot be sent.
    package func encode(into bytes: inout [UInt8]) throws(HTTPError) {
        guard !method.rawValue.isEmpty, method.rawValue.utf8.allSatisfy(HTTPGrammar.isTokenCharacter) else {
            throw .malformed("the method is no token")
        }
        bytes += Array("\(method.rawValue) \(target.encoded) \(version)\r\n".utf8)
        try headers.encode(into: &bytes)
        bytes += [0x0D, 0x0A]
    }

    /// How long the body is that follows.
    ///
    /// - Throws: `HTTPError.malformed` when the fields contradict each other.
    func bodyFraming() throws(HTTPError) -> BodyFraming {
        try BodyFraming.declared(by: headers) ?? .length(0)
    }
}
