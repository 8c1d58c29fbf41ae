import DockerEngine
import Testing

@Suite struct HTTPResponseDecoderTests {
    /// Everything that a text decodes to; the connection ends behind it.
    private func events(
        _ text: String,
        to method: HTTPMethod = .get,
        headLimit: Int = HTTPResponseDecoder.headLimit
    ) throws(HTTPError) -> [HTTPResponseDecoder.Event] {
        var decoder = HTTPResponseDecoder(headLimit: headLimit)
        decoder.expectResponse(to: method)
        decoder.append(Array(text.utf8))
        var events: [HTTPResponseDecoder.Event] = []
        while true {
            let event = try decoder.next()
            if event == .needsMore {
                decoder.inputEnded()
                continue
            }
            events.append(event)
            if case .end = event { return events }
        }
    }

    private func body(_ text: String, to method: HTTPMethod = .get) throws -> String {
        let pieces = try events(text, to: method).map { event in
            if case .body(let bytes) = event { String(decoding: bytes, as: UTF8.self) } else { "" }
        }
        return pieces.joined()
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello"),
        ("HTTP/1.1 200 OK\r\ncontent-length:5, 5\r\n\r\nhello", "hello"),
        ("HTTP/1.1 200 OK\nContent-Length: 5\n\nhello", "hello"),
        ("HTTP/1.1 200\r\n\r\nto the end", "to the end"),
        ("HTTP/1.0 200 OK\r\n\r\nto the end", "to the end"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\n2;x=\"y\"\r\nde\r\n0\r\n\r\n", "abcde"),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n00A \r\n0123456789\r\n000;end\r\nA: b\r\n\r\n",
            "0123456789"
        ),
        ("HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\n", ""), ("HTTP/1.1 304 Not Modified\r\n\r\n", ""),
    ])
    func bodies(_ text: String, _ expected: String) throws {
        #expect(try body(text) == expected)
    }

    @Test func aHeadHasNoBodyWhateverItAnnounces() throws {
        #expect(try body("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", to: .head).isEmpty)
    }

    @Test func interimResponsesComeBeforeTheFinalOne() throws {
        let text =
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 404 Not Found\r\n"
            + "Content-Length: 0\r\n\r\n"
        let statuses = try events(text).map { event in
            switch event {
            case .informational(let head): head.status
            case .head(let head): -head.status
            default: 0
            }
        }
        #expect(statuses == [100, 103, -404, 0])
    }

    @Test func trailersFollowTheBody() throws {
        let text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-A: 1\r\nX-B:  2 \r\n\r\n"
        #expect(try events(text).last == .end(trailers: ["X-A": "1", "X-B": "2"]))
    }

    @Test func afterAnUpgradeTheBytesAreTheOtherProtocols() throws {
        var decoder = HTTPResponseDecoder()
        decoder.expectResponse(to: .post)
        decoder.append(Array("HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\n\r\nraw".utf8))
        guard case .head(let head) = try decoder.next() else { throw HTTPError.incomplete }
        #expect(head.status == 101)
        #expect(try decoder.next() == .end(trailers: [:]))
        #expect(!decoder.isReusable)
        #expect(Array(decoder.takeRest()) == Array("raw".utf8))
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", true),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", true),
        ("HTTP/1.1 204 No Content\r\n\r\n", true),
        ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: Close\r\n\r\n", false),
        ("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", false),
        ("HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: Keep-Alive\r\n\r\n", true),
        ("HTTP/1.1 200 OK\r\n\r\n", false),
    ])
    func reuse(_ text: String, _ isReusable: Bool) throws {
        var decoder = HTTPResponseDecoder()
        decoder.expectResponse(to: .get)
        decoder.append(Array(text.utf8))
        _ = try decoder.next()
        #expect(decoder.isReusable == isReusable)
    }

    @Test(arguments: [
        "ICY 200 OK\r\n\r\n", "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 099 No\r\n\r\n", "HTTP/1.1 +20 OK\r\n\r\n", "HTTP/1.1\r\n\r\n", "{\"message\":\"no\"}\r\n\r\n",
        "HTTP/1.1 200 O\u{1}K\r\n\r\n", "HTTP/1.1 200 OK\r\nNo colon\r\n\r\n", "HTTP/1.1 200 OK\r\n: empty\r\n\r\n",
        "HTTP/1.1 200 OK\r\nName : blank\r\n\r\n", "HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nno colon\r\n\r\n",
        String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 17),
    ])
    func malformed(_ text: String) {
        #expect {
            try events(text)
        } throws: { error in
            if case .malformed = error as? HTTPError { true } else { false }
        }
    }

    @Test(arguments: [
        "", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n1",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc", "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
    ])
    func cutOff(_ text: String) {
        #expect(throws: HTTPError.incomplete) { try events(text) }
    }

    @Test func headsAreBounded() throws {
        let long = "HTTP/1.1 200 OK\r\nA: " + String(repeating: "a", count: 1000) + "\r\nContent-Length: 0\r\n\r\n"
        _ = try events(long, headLimit: 2000)
        #expect(throws: HTTPError.headTooLarge(limit: 500)) { try events(long, headLimit: 500) }
        // One that never ends is not waited for.
        #expect(throws: HTTPError.headTooLarge(limit: 500)) {
            try events(String(repeating: "a", count: 600), headLimit: 500)
        }
    }

    @Test func trailersAndChunkLinesAreBounded() {
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        #expect(throws: HTTPError.self) { try events(chunked + "1;" + String(repeating: "x", count: 5000)) }
        let trailers = (0..<2000).map { "Name-\($0): some value that is long enough\r\n" }.joined()
        #expect(throws: HTTPError.headTooLarge(limit: 65536)) { try events(chunked + "0\r\n" + trailers + "\r\n") }
    }
}

@Suite struct HTTPRequestTests {
    @Test func aRequestIsOneLinePerField() throws {
        let head = HTTPRequestHead(
            method: .post,
            target: RequestTarget(["v1.41", "containers", "create"], query: [.init("name", "a b")]),
            headers: ["Host": "docker", "Content-Length": "2"]
        )
        var bytes: [UInt8] = []
        try head.encode(into: &bytes)
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == "POST /v1.41/containers/create?name=a%20b HTTP/1.1\r\nHost: docker\r\nContent-Length: 2\r\n\r\n"
        )
    }

    /// What stands in a name stays a name: neither a header of its own nor another path or query.
    @Test(arguments: [
        "a\"b", "a'b", "$(id)", "`id`", "a b", "a/../../b", "..", ".", "a?b=c&d", "a#b", "a%2Fb", "a\r\nX: y", "é😀",
        "a;b|c",
    ])
    func namesReachTheEngineAsNames(_ name: String) throws {
        let request = EngineRequest.createExec(name, ExecSpec([name, "$(x)"]))
        let message = request.message(version: APIVersion(1, 41), host: "docker")
        var bytes: [UInt8] = []
        try message.head.encode(into: &bytes)
        var decoder = HTTPRequestDecoder()
        decoder.append(bytes + message.body)
        guard case .head(let head) = try decoder.next() else { throw HTTPError.incomplete }
        #expect(head.target.segments == ["v1.41", "containers", name, "exec"])
        #expect(head.target.query.isEmpty)
        #expect(head.headers["X"] == nil)
        #expect(!head.target.encoded.contains("/../"))
        let create = EngineRequest.createContainer(name, ContainerSpec(image: name)).target(version: APIVersion(1, 41))
        #expect(create.query == [.init("name", name)])
    }

    /// Blanks around a value are no part of it; what combines with one is.
    @Test func aValueMayBeginWithACombiningCharacter() throws {
        let headers: HTTPHeaders = ["X-Name": "\u{6DB}a\u{301}"]
        var bytes: [UInt8] = []
        try HTTPRequestHead(method: .get, target: RequestTarget(["x"]), headers: headers).encode(into: &bytes)
        var decoder = HTTPRequestDecoder()
        decoder.append(bytes)
        guard case .head(let head) = try decoder.next() else {
            Issue.record("a head is read")
            return
        }
        #expect(head.headers == headers)
    }

    @Test func fieldsCannotBreakOutOfTheirLine() {
        let head = HTTPRequestHead(method: .get, target: RequestTarget(["x"]), headers: ["Host": "a\r\nX: y"])
        var bytes: [UInt8] = []
        #expect(throws: HTTPError.self) { try head.encode(into: &bytes) }
        let method = HTTPRequestHead(method: HTTPMethod(rawValue: "GET /y"), target: RequestTarget(["x"]))
        #expect(throws: HTTPError.self) { try method.encode(into: &bytes) }
    }

    @Test(arguments: [
        "GET /\r\n\r\n", "GET  / HTTP/1.1\r\n\r\n", "GET http://x/ HTTP/1.1\r\n\r\n", "GET /%zz HTTP/1.1\r\n\r\n",
        "GET /%ff HTTP/1.1\r\n\r\n", "G\u{1}T / HTTP/1.1\r\n\r\n", "GET /\u{7F} HTTP/1.1\r\n\r\n",
        "GET /?a=%4 HTTP/1.1\r\n\r\n",
    ])
    func malformed(_ text: String) {
        var decoder = HTTPRequestDecoder()
        decoder.append(Array(text.utf8))
        #expect(throws: HTTPError.self) { try decoder.next() }
    }

    @Test func whoWaitsForLeaveSaysSo() throws {
        let message = EngineRequest.putArchive("c", path: "/tmp").message(version: APIVersion(1, 41), host: "docker")
        #expect(message.head.expectsContinue)
        #expect(message.head.headers["Transfer-Encoding"] == "chunked")
        #expect(message.body.isEmpty)
    }
}

@Suite struct StreamFrameTests {
    @Test func framesComeAsTheyAreCut() throws {
        var decoder = StreamFrameDecoder()
        // Standard error, 5 bytes, of which 2 are there; then the rest and an empty frame of standard output.
        let first = try decoder.append([2, 0, 0, 0, 0, 0, 0, 5, 0x61, 0x62])
        #expect(first == [StreamOutput(.standardError, [0x61, 0x62])])
        #expect(!decoder.isBetweenFrames)
        let second = try decoder.append([0x63, 0x64, 0x65, 1, 0, 0, 0, 0, 0, 0, 0])
        #expect(second == [StreamOutput(.standardError, [0x63, 0x64, 0x65])])
        #expect(decoder.isBetweenFrames)
        #expect(StreamFrameDecoder.frame(StreamOutput(.engine, [0x21])) == [3, 0, 0, 0, 0, 0, 0, 1, 0x21])
    }

    @Test(arguments: [
        [4, 0, 0, 0, 0, 0, 0, 1], [1, 1, 0, 0, 0, 0, 0, 1], [0x74, 0x74, 0x79, 0x20, 0x6F, 0x75, 0x74, 0x0D],
    ])
    func otherHeadersAreRefused(_ header: [UInt8]) {
        var decoder = StreamFrameDecoder()
        #expect(throws: HTTPError.self) { try decoder.append(header[...]) }
    }

    @Test func linesAreAssembledFromPieces() {
        var lines = LineAssembler()
        #expect(lines.append("on".utf8).isEmpty)
        #expect(lines.append("e\ntwo\r\n10%\r99%\r100%\nrest".utf8) == ["one", "two", "100%"])
        #expect(lines.finish() == "rest")
        #expect(lines.finish() == nil)
        #expect(lines.append(String(repeating: "x", count: 70_000).utf8).map(\.utf8.count) == [65_536])
    }
}

@Suite struct ChunkedBodyTests {
    @Test func whatIsEncodedDecodes() throws {
        var bytes: [UInt8] = []
        for piece in [[], [1], Array(repeating: 7, count: 300)] as [[UInt8]] {
            bytes += ChunkedBodyEncoder.chunk(piece)
        }
        bytes += ChunkedBodyEncoder.end + [0xAA]
        var decoder = ChunkedBodyDecoder()
        var input = bytes[...]
        var body: [UInt8] = []
        while let piece = try decoder.next(from: &input) { body += piece }
        #expect(body == [1] + Array(repeating: 7, count: 300))
        #expect(decoder.isEnded)
        #expect(Array(input) == [0xAA])
    }
}
