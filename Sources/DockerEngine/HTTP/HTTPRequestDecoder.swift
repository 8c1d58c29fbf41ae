/// Reads one request after another from a connection: the server's side of the codec.
package struct HTTPRequestDecoder: Sendable {
    package enum Event: Hashable, Sendable {
        case needsMore
        /// A head; its body follows. With `Expect: 100-continue` the sender waits for leave to send it.
        case head(HTTPRequestHead)
        case body(ArraySlice<UInt8>)
        /// The end of the request, with the fields of its trailer section.
        case end(trailers: HTTPHeaders)
    }

    private var messages: HTTPMessageDecoder
    private var isInBody = false

    package init(headLimit: Int = HTTPResponseDecoder.headLimit) {
        messages = HTTPMessageDecoder(headLimit: headLimit)
    }

    package mutating func append(_ bytes: some Collection<UInt8>) { messages.append(bytes) }

    /// The peer has ended the connection.
    package mutating func inputEnded() { messages.inputEnded() }

    /// Bytes behind the request: the next one, or another protocol's after an upgrade.
    package mutating func takeRest() -> ArraySlice<UInt8> { messages.takeRest() }

    /// Whether the connection may end here.
    package var isBetweenRequests: Bool { !isInBody && messages.isBetweenMessages }

    /// The next event; after `end` the next request's.
    ///
    /// - Throws: `HTTPError`: malformed, head too large, or incomplete when the connection has ended too early.
    package mutating func next() throws(HTTPError) -> Event {
        guard isInBody else {
            guard let lines = try messages.nextHead() else { return .needsMore }
            let head = try HTTPRequestHead(lines: lines)
            messages.expectBody(try head.bodyFraming())
            isInBody = true
            return .head(head)
        }
        switch try messages.nextBodyPart() {
        case .needsMore: return .needsMore
        case .bytes(let bytes): return .body(bytes)
        case .end(let trailers):
            isInBody = false
            messages.expectHead()
            return .end(trailers: trailers)
        }
    }
}

extension HTTPRequestHead {
    /// Whether the sender waits for `100 Continue` before it sends the body (RFC 9110, section 10.1.1).
    package var expectsContinue: Bool { headers.tokens("Expect").contains("100-continue") }
}
