import DockerEngine
import Foundation
import TestSupport
import Testing
import WireKit

/// What our encoder sends is what a real client sent.
@Suite struct DockerRequestTests {
    struct Decoded: Equatable {
        var heads: [HTTPRequestHead] = []
        var bodies: [[UInt8]] = []
        var rest: [UInt8] = []
    }

    /// Decodes the requests of a connection; bytes behind a request that took the connection over are no request.
    static func decode(_ bytes: [UInt8], pieces: (Int) -> Int) throws -> Decoded {
        var decoder = HTTPRequestDecoder()
        var decoded = Decoded()
        var rest = bytes[...]
        while true {
            switch try decoder.next() {
            case .needsMore:
                let piece = rest.prefix(pieces(rest.count))
                rest = rest.dropFirst(piece.count)
                if piece.isEmpty {
                    guard decoder.isBetweenRequests else { throw HTTPError.incomplete }
                    return decoded
                }
                decoder.append(piece)
            case .head(let head):
                decoded.heads.append(head)
                decoded.bodies.append([])
            case .body(let bytes): decoded.bodies[decoded.bodies.count - 1] += bytes
            case .end:
                if takesConnectionOver(decoded.heads[0]) {
                    decoded.rest = Array(decoder.takeRest()) + rest
                    return decoded
                }
            }
        }
    }

    private static func takesConnectionOver(_ head: HTTPRequestHead) -> Bool {
        ["start", "attach"].contains(head.target.segments.last)
    }

    @Test(arguments: try DockerCapture.allAndExtra())
    func requestsDecode(_ capture: DockerCapture) throws {
        let decoded = try Self.decode(capture.request) { $0 }
        let first = try #require(decoded.heads.first)
        let reference = try #require(
            ReferenceMessage(capture.request, hasNoBody: false, endsWithConnection: false)
        )
        #expect(reference.startLine == capture.requestLine)
        #expect(capture.requestLine.hasPrefix("\(first.method.rawValue) /"))
        #expect(first.headers.fields.map(\.name) == reference.fields.map(\.name))
        #expect(first.headers.fields.map(\.value) == reference.fields.map(\.value))
        #expect(decoded.bodies.first == reference.body)
        #expect(decoded.heads.count == capture.methods.count)
        var random = SeededRandom(seed: 13)
        let largest = capture.request.count < 20_000 ? 3 : 20_000
        #expect(try Self.decode(capture.request) { _ in Int.random(in: 1...largest, using: &random) } == decoded)
    }

    /// Each recorded request, taken apart, and put together again by the encoder that the client uses.
    @Test(arguments: try DockerCapture.allAndExtra())
    func requestsEncodeToWhatWasSent(_ capture: DockerCapture) throws {
        let decoded = try Self.decode(capture.request) { $0 }
        for (head, body) in zip(decoded.heads, decoded.bodies) {
            let request = Self.request(from: head, body: body)
            try Self.expectSame(request, head, body)
        }
    }

    /// The same for requests that are made by the calls of the client.
    @Test(arguments: try typedRequests())
    func callsMakeTheRequestsThatWereSent(_ name: String, _ request: EngineRequest) throws {
        let capture = try DockerCapture.named(name)
        let decoded = try Self.decode(capture.request) { $0 }
        let head = try #require(decoded.heads.first)
        try Self.expectSame(request, head, decoded.bodies.first ?? [])
    }

    private static func request(from head: HTTPRequestHead, body: [UInt8]) -> EngineRequest {
        var segments = head.target.segments
        let version = segments.first.flatMap { $0.hasPrefix("v") ? APIVersion($0.dropFirst()) : nil }
        if version != nil { segments.removeFirst() }
        let type = head.headers["Content-Type"] ?? ""
        var content = EngineRequest.Body.none
        if head.headers["Transfer-Encoding"] != nil {
            content = .stream(contentType: type)
        } else if let json = try? JSON(parsing: body), type == "application/json" {
            content = .json(json)
        } else if !body.isEmpty {
            content = .bytes(body, contentType: type)
        }
        return EngineRequest(
            head.method,
            segments,
            query: head.target.query,
            headers: head.headers["X-Registry-Auth"].map { ["X-Registry-Auth": $0] } ?? [:],
            body: content,
            isVersioned: version != nil,
            upgrades: head.headers["Upgrade"] != nil
        )
    }

    /// Host, Accept, User-Agent and the order of the fields aside; a JSON body as a value, which decides its length.
    private static func expectSame(_ request: EngineRequest, _ head: HTTPRequestHead, _ body: [UInt8]) throws {
        let version = head.target.segments.first.flatMap { APIVersion($0.dropFirst()) } ?? APIVersion(1, 41)
        let message = request.message(version: version, host: "docker")
        var bytes: [UInt8] = []
        try message.head.encode(into: &bytes)
        let ours = try decode(bytes + sent(request, message.body, recorded: body)) { $0 }
        let encoded = try #require(ours.heads.first)
        #expect(encoded.method == head.method)
        #expect(encoded.target.segments == head.target.segments)
        #expect(normalized(encoded.target.query) == normalized(head.target.query))
        if case .json(let value) = request.body {
            #expect(value.means(try JSON(parsing: body)))
            #expect(encoded.headers["Content-Length"] == String(ours.bodies[0].count))
        } else {
            #expect(ours.bodies.first == body)
        }
        #expect(compared(encoded.headers, request) == compared(head.headers, request))
    }

    /// What goes over the wire behind the head.
    private static func sent(_ request: EngineRequest, _ body: [UInt8], recorded: [UInt8]) -> [UInt8] {
        guard case .stream = request.body else { return body }
        let half = recorded.count / 2
        return ChunkedBodyEncoder.chunk(Array(recorded[..<half])) + ChunkedBodyEncoder.chunk(Array(recorded[half...]))
            + ChunkedBodyEncoder.end
    }

    private static func compared(_ headers: HTTPHeaders, _ request: EngineRequest) -> [String: String] {
        var fields = Dictionary(headers.fields.map { ($0.name.lowercased(), $0.value) }) { $1 }
        for name in ["host", "accept", "user-agent"] { fields[name] = nil }
        if case .json = request.body { fields["content-length"] = nil }
        // We ask for leave whenever a body's length is unknown, curl when a body is long; one request says farewell.
        fields["expect"] = nil
        if fields["connection"] == "close" { fields["connection"] = nil }
        return fields
    }

    /// The Engine takes `1` for `true` and reads filters as JSON.
    private static func normalized(_ query: [RequestTarget.QueryItem]) -> [String: String] {
        let pairs = query.map { item in
            let json = (try? JSON(parsing: item.value.utf8)).flatMap { $0.members == nil ? nil : $0.text }
            return (item.name, json ?? (item.value == "true" ? "1" : item.value))
        }
        return Dictionary(pairs) { $1 }
    }
}
