/// Reads the response to one request after another from a connection.
package struct HTTPResponseDecoder: Sendable {
    package enum Event: Hashable, Sendable {
        case needsMore
        /// An interim answer such as `100 Continue`; the final one follows.
        case informational(HTTPResponseHead)
        /// The final head; its body follows, or the other protocol after 101.
        case head(HTTPResponseHead)
        case body(ArraySlice<UInt8>)
        /// The end of the response, with the fields of its trailer section.
        case end(trailers: HTTPHeaders)
    }

    /// Bytes that a head may have: the Engine's have a few hundred.
    package static let headLimit = 64 * 1024
    /// Interim answers that are accepted in front of a final one.
    private static let informationalLimit = 16

    private var messages: HTTPMessageDecoder
    private var method = HTTPMethod.get
    private var informationalCount = 0
    private var isInBody = false
    /// Whether the connection can carry another request once this response has ended.
    package private(set) var isReusable = false

    package init(headLimit: Int = Self.headLimit) {
        messages = HTTPMessageDecoder(headLimit: headLimit)
    }

    /// Begins the response to a request; the one before must have ended.
    package mutating func expectResponse(to method: HTTPMethod) {
        self.method = method
        messages.expectHead()
        informationalCount = 0
        isInBody = false
        isReusable = false
    }

    package mutating func append(_ bytes: some Collection<UInt8>) { messages.append(bytes) }

    /// The peer has ended the connection.
    package mutating func inputEnded() { messages.inputEnded() }

    /// Bytes behind the response: after 101 they are the other protocol's.
    package mutating func takeRest() -> ArraySlice<UInt8> { messages.takeRest() }

    /// Whether nothing has arrived that has not been asked for.
    package var isIdle: Bool { messages.rest.isEmpty }

    /// The next event.
    ///
    /// - Throws: `HTTPError`: malformed, head too large, or incomplete when the connection has ended too early.
    package mutating func next() throws(HTTPError) -> Event {
        guard isInBody else { return try nextHead() }
        switch try messages.nextBodyPart() {
        case .needsMore: return .needsMore
        case .bytes(let bytes): return .body(bytes)
        case .end(let trailers): return .end(trailers: trailers)
        }
    }

    private mutating func nextHead() throws(HTTPError) -> Event {
        guard let lines = try messages.nextHead() else { return .needsMore }
        let head = try HTTPResponseHead(lines: lines)
        if head.isInformational {
            informationalCount += 1
            guard informationalCount <= Self.informationalLimit else { throw .malformed("too many interim responses") }
            return .informational(head)
        }
        let framing = try head.bodyFraming(answering: method)
        isInBody = true
        isReusable = head.keepsAlive && framing != .untilEnd && framing != .upgraded
        messages.expectBody(framing)
        return .head(head)
    }
}
