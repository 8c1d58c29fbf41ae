import DockerEngine
import Foundation
import TestSupport
import Testing
import WireKit

/// Everything that a real Engine answered decodes to what is written in it, however it is cut.
@Suite struct DockerResponseTests {
    /// A response as the decoder sees it, its pieces joined.
    struct Decoded: Equatable {
        var informational: [Int] = []
        var head: HTTPResponseHead?
        var body: [UInt8] = []
        var isComplete = false
        var error: HTTPError?
    }

    /// Decodes all responses of a connection that ends behind `bytes`.
    static func decode(_ bytes: [UInt8], to methods: [HTTPMethod], pieces: (Int) -> Int) -> [Decoded] {
        var decoder = HTTPResponseDecoder()
        var rest = bytes[...]
        return methods.map { method in
            decoder.expectResponse(to: method)
            var decoded = Decoded()
            do throws(HTTPError) {
                while !decoded.isComplete {
                    switch try decoder.next() {
                    case .needsMore:
                        let piece = rest.prefix(pieces(rest.count))
                        rest = rest.dropFirst(piece.count)
                        if piece.isEmpty { decoder.inputEnded() } else { decoder.append(piece) }
                    case .informational(let head): decoded.informational.append(head.status)
                    case .head(let head): decoded.head = head
                    case .body(let bytes): decoded.body += bytes
                    case .end: decoded.isComplete = true
                    }
                }
                if decoded.head?.status == 101 { decoded.body = Array(decoder.takeRest()) + rest }
            } catch {
                decoded.error = error
            }
            return decoded
        }
    }

    private static func reference(_ capture: DockerCapture) throws -> [Decoded] {
        var bytes = capture.response
        return try capture.methods.map { method in
            var decoded = Decoded()
            while true {
                let status = Int(String(decoding: bytes.dropFirst(9).prefix(3), as: UTF8.self)) ?? 0
                let isInterim = status == 100
                let hasNoBody = isInterim || method == .head || status == 204 || status == 304
                let message = try #require(
                    ReferenceMessage(bytes, hasNoBody: hasNoBody, endsWithConnection: true)
                )
                bytes = message.rest
                if isInterim {
                    decoded.informational.append(status)
                    continue
                }
                let version = message.startLine.hasPrefix("HTTP/1.0") ? HTTPVersion.http1_0 : .http1_1
                decoded.head = HTTPResponseHead(
                    version: version,
                    status: status,
                    reason: String(message.startLine.dropFirst(13)),
                    headers: HTTPHeaders(message.fields.map { HTTPHeaders.Field($0.name, $0.value) })
                )
                decoded.body = message.body
                decoded.isComplete = message.isComplete
                if !message.isComplete { decoded.error = .incomplete }
                return decoded
            }
        }
    }

    @Test(arguments: try DockerCapture.allAndExtra())
    func responsesDecode(_ capture: DockerCapture) throws {
        let expected = try Self.reference(capture)
        #expect(Self.decode(capture.response, to: capture.methods) { $0 } == expected)
        let first = try #require(expected.first)
        let head = try #require(first.head)
        let line =
            first.informational.isEmpty ? "\(head.version) \(head.status) \(head.reason)" : "HTTP/1.1 100 Continue"
        #expect(line.trimmingCharacters(in: .whitespaces) == capture.statusLine.trimmingCharacters(in: .whitespaces))
    }

    @Test(arguments: try DockerCapture.allAndExtra())
    func responsesDecodeDripFed(_ capture: DockerCapture) throws {
        let expected = try Self.reference(capture)
        if capture.response.count < 20_000 {
            #expect(Self.decode(capture.response, to: capture.methods) { _ in 1 } == expected)
        }
        var random = SeededRandom(seed: 11)
        let largest = capture.response.count < 20_000 ? 7 : 5000
        #expect(
            Self.decode(capture.response, to: capture.methods) { _ in Int.random(in: 1...largest, using: &random) }
                == expected
        )
    }

    @Test(arguments: try DockerCapture.allAndExtra())
    func jsonBodiesMeanWhatFoundationReads(_ capture: DockerCapture) throws {
        let decoded = try #require(Self.decode(capture.response, to: capture.methods) { $0 }.first)
        guard decoded.head?.headers["Content-Type"] == "application/json", decoded.isComplete else { return }
        var decoder = JSONSequenceDecoder()
        let values = try decoder.append(decoded.body) + decoder.finish()
        let lines = decoded.body.split(separator: 0x0A).filter { line in line.contains { $0 > 0x20 } }
        #expect(values.count == lines.count)
        for (value, line) in zip(values, lines) {
            let ours =
                try JSONSerialization.jsonObject(with: Data(value.text.utf8), options: .fragmentsAllowed) as? NSObject
            let theirs = try JSONSerialization.jsonObject(with: Data(line), options: .fragmentsAllowed) as? NSObject
            #expect(ours != nil && ours == theirs)
        }
    }

    @Test(arguments: try DockerCapture.allAndExtra())
    func framesDecode(_ capture: DockerCapture) throws {
        let isStream = ["/start HTTP", "/logs", "/attach"].contains { capture.requestLine.contains($0) }
        let decoded = try #require(Self.decode(capture.response, to: capture.methods) { $0 }.first)
        guard isStream, capture.requestLine.contains("/exec/") || !capture.requestLine.contains("/start"),
            decoded.head?.status == 200 || decoded.head?.status == 101
        else { return }
        let reference = ReferenceMessage.outputs(decoded.body)
        for size in [decoded.body.count, 1, 5, 4096] where size > 0 && decoded.body.count / size < 20_000 {
            var decoder = StreamFrameDecoder()
            var outputs: [UInt8: [UInt8]] = [:]
            var error: HTTPError?
            var rest = decoded.body[...]
            do throws(HTTPError) {
                while !rest.isEmpty {
                    for output in try decoder.append(rest.prefix(size)) {
                        outputs[output.source.rawValue, default: []] += output.bytes
                    }
                    rest = rest.dropFirst(size)
                }
            } catch let failure {
                error = failure
            }
            if let reference {
                #expect(outputs == reference)
                #expect(error == nil && decoder.isBetweenFrames)
            } else {
                // A terminal's stream has no frames.
                #expect(error != nil || !decoder.isBetweenFrames)
            }
        }
    }

    @Test func manyExchangesAreCovered() throws {
        let captures = try DockerCapture.all()
        #expect(captures.count == 197)
        let statuses = try captures.flatMap { try Self.reference($0) }.compactMap { $0.head?.status }
        #expect(Set(statuses).isSuperset(of: [101, 200, 201, 204, 304, 400, 403, 404, 409, 500]))
        let framed = captures.filter { $0.requestLine.contains("/exec/") && $0.requestLine.contains("/start") }
        #expect(framed.count >= 12)
    }
}
