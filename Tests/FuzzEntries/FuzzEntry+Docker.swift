import DockerEngine
import WireKit

extension FuzzEntry {
    static let docker = [
        FuzzEntry("http-response", responses), FuzzEntry("http-request", requests), FuzzEntry("http-chunked", chunks),
        FuzzEntry("docker-frames", frames), FuzzEntry("json", json),
    ]

    /// Everything that a decoder says about an input, pieces of bodies joined.
    private struct Account: Equatable {
        var heads: [String] = []
        var body: [UInt8] = []
        var end = ""
    }

    /// Answers to one request after another; how they are cut makes no difference.
    private static func responses(_ input: ArraySlice<UInt8>) throws {
        let whole = responseAccount(input, pieceSize: input.count)
        try BrokenLaw.unless(responseAccount(input, pieceSize: 1) == whole, "a response is the same byte by byte")
        try BrokenLaw.unless(responseAccount(input, pieceSize: 7) == whole, "a response is the same in pieces")
    }

    private static func responseAccount(_ input: ArraySlice<UInt8>, pieceSize: Int) -> Account {
        var decoder = HTTPResponseDecoder()
        var account = Account()
        var rest = input
        do throws(HTTPError) {
            while true {
                decoder.expectResponse(to: account.heads.count.isMultiple(of: 3) ? .get : .head)
                var isEnded = false
                while !isEnded {
                    switch try decoder.next() {
                    case .needsMore:
                        let piece = rest.prefix(max(1, pieceSize))
                        rest = rest.dropFirst(piece.count)
                        if piece.isEmpty { decoder.inputEnded() } else { decoder.append(piece) }
                    case .informational(let head), .head(let head): account.heads.append("\(head)")
                    case .body(let bytes): account.body += bytes
                    case .end(let trailers):
                        account.heads.append("\(trailers)")
                        isEnded = true
                    }
                }
                if !decoder.isReusable { return account }
            }
        } catch {
            account.end = "\(error)"
            return account
        }
    }

    /// Requests; what is accepted encodes to something that means the same.
    private static func requests(_ input: ArraySlice<UInt8>) throws {
        var decoder = HTTPRequestDecoder()
        decoder.append(input)
        decoder.inputEnded()
        while let event = try? decoder.next() {
            guard case .head(let head) = event else { continue }
            var bytes: [UInt8] = []
            try head.encode(into: &bytes)
            var again = HTTPRequestDecoder()
            again.append(bytes)
            guard case .head(let encoded) = try again.next() else { throw BrokenLaw("an encoded head is a head") }
            try BrokenLaw.unless(encoded == head, "a head decodes to what was encoded")
        }
    }

    /// A chunked body; how it is cut makes no difference.
    private static func chunks(_ input: ArraySlice<UInt8>) throws {
        let whole = chunkAccount(input, pieceSize: input.count)
        try BrokenLaw.unless(chunkAccount(input, pieceSize: 1) == whole, "a chunked body is the same byte by byte")
    }

    private static func chunkAccount(_ input: ArraySlice<UInt8>, pieceSize: Int) -> Account {
        var decoder = ChunkedBodyDecoder()
        var account = Account()
        var rest = input
        do throws(HTTPError) {
            while !rest.isEmpty, !decoder.isEnded {
                var piece = rest.prefix(max(1, pieceSize))
                rest = rest.dropFirst(piece.count)
                while let bytes = try decoder.next(from: &piece) { account.body += bytes }
            }
            account.end = "\(decoder.trailers)"
        } catch {
            account.end = "\(error)"
        }
        return account
    }

    /// The stream of a container; how it is cut makes no difference.
    private static func frames(_ input: ArraySlice<UInt8>) throws {
        let whole = frameAccount(input, pieceSize: input.count)
        try BrokenLaw.unless(frameAccount(input, pieceSize: 1) == whole, "frames are the same byte by byte")
    }

    private static func frameAccount(_ input: ArraySlice<UInt8>, pieceSize: Int) -> Account {
        var decoder = StreamFrameDecoder()
        var account = Account()
        var rest = input
        var outputs: [[UInt8]] = Array(repeating: [], count: 4)
        while !rest.isEmpty {
            guard let pieces = try? decoder.append(rest.prefix(max(1, pieceSize))) else {
                // What stood in front of a broken header in the same piece is not handed on.
                return Account(heads: [], body: [], end: "malformed")
            }
            for piece in pieces { outputs[Int(piece.source.rawValue)] += piece.bytes }
            rest = rest.dropFirst(max(1, pieceSize))
        }
        account.body = Array(outputs.joined())
        account.end = "\(decoder.isBetweenFrames)"
        return account
    }

    /// A JSON value; what is accepted is written as the same value.
    private static func json(_ input: ArraySlice<UInt8>) throws {
        let pieces = jsonSequence(input, pieceSize: 1)
        try BrokenLaw.unless(jsonSequence(input, pieceSize: input.count) == pieces, "values are the same byte by byte")
        guard let value = try? JSON(parsing: input) else { return }
        if input.count <= jsonLimit { try BrokenLaw.unless(pieces == [value], "a value is a sequence of one") }
        try BrokenLaw.unless(try JSON(parsing: value.text.utf8) == value, "a value is written as itself")
    }

    private static let jsonLimit = 1 << 16

    /// The values of a sequence; nil when it is refused.
    private static func jsonSequence(_ input: ArraySlice<UInt8>, pieceSize: Int) -> [JSON]? {
        var decoder = JSONSequenceDecoder(limit: jsonLimit)
        var values: [JSON] = []
        var rest = input
        while !rest.isEmpty {
            guard let complete = try? decoder.append(rest.prefix(max(1, pieceSize))) else { return nil }
            values += complete
            rest = rest.dropFirst(max(1, pieceSize))
        }
        guard let last = try? decoder.finish() else { return nil }
        return values + last
    }
}
