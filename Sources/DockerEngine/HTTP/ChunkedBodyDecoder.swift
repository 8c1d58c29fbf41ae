/// Takes the chunks of a body apart (RFC 9112, section 7.1), with their extensions and the trailer section.
package struct ChunkedBodyDecoder: Hashable, Sendable {
    /// What the next bytes are.
    private enum State: Hashable {
        /// A line with a chunk's size; entered first, and after each chunk.
        case size
        /// So many bytes of a chunk.
        case data(Int)
        /// The line end behind a chunk.
        case dataEnd
        /// Lines of the trailer section, until an empty one.
        case trailers
        case ended
    }

    private var state = State.size
    private var line: [UInt8] = []
    private var trailerByteCount = 0
    /// The fields behind the last chunk.
    package private(set) var trailers = HTTPHeaders()

    /// A size with its extensions is one line; nobody needs a longer one.
    private static let lineLimit = 4096
    private static let trailerLimit = 64 * 1024

    package init() {}

    package var isEnded: Bool { state == .ended }

    /// Takes what it can from the front of `input` and returns the next piece of the body.
    ///
    /// - Returns: a piece that shares the input's storage; nil when the input is used up, or the body has ended.
    /// - Throws: `HTTPError.malformed`, or head too large for trailers beyond 64 KiB.
    package mutating func next(from input: inout ArraySlice<UInt8>) throws(HTTPError) -> ArraySlice<UInt8>? {
        while !input.isEmpty {
            switch state {
            case .data(let count):
                let piece = input.prefix(count)
                input = input.dropFirst(piece.count)
                state = piece.count == count ? .dataEnd : .data(count - piece.count)
                return piece
            case .ended:
                return nil
            case .size, .dataEnd, .trailers:
                guard let line = try takeLine(from: &input) else { return nil }
                try received(line)
            }
        }
        return nil
    }

    private mutating func received(_ line: [UInt8]) throws(HTTPError) {
        switch state {
        case .size:
            let size = try Self.size(of: line)
            state = size == 0 ? .trailers : .data(size)
        case .dataEnd:
            guard line.isEmpty else { throw .malformed("a chunk is longer than its size") }
            state = .size
        case .trailers:
            if line.isEmpty {
                state = .ended
            } else {
                trailerByteCount += line.count
                guard trailerByteCount <= Self.trailerLimit else { throw .headTooLarge(limit: Self.trailerLimit) }
                try trailers.append(line: line[...])
            }
        case .data, .ended:
            break
        }
    }

    /// A line without its end; nil until the end is there.
    private mutating func takeLine(from input: inout ArraySlice<UInt8>) throws(HTTPError) -> [UInt8]? {
        let end = input.firstIndex(of: 0x0A)
        line += input[..<(end ?? input.endIndex)]
        guard line.count <= Self.lineLimit else { throw .malformed("a line of a chunked body is too long") }
        guard let end else {
            input = input[input.endIndex...]
            return nil
        }
        input = input[(end + 1)...]
        defer { line.removeAll() }
        return line.last == 0x0D ? line.dropLast() : line
    }

    /// The hexadecimal number before extensions, which are passed over.
    private static func size(of line: [UInt8]) throws(HTTPError) -> Int {
        let digits = line.prefix { Character(Unicode.Scalar($0)).isHexDigit }
        let rest = line[digits.count...].drop { $0 == 0x20 || $0 == 0x09 }
        guard !digits.isEmpty, rest.isEmpty || rest.first == UInt8(ascii: ";"),
            let size = Int(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw .malformed("a chunk has no size") }
        return size
    }
}

/// Puts a body of unknown length into chunks (RFC 9112, section 7.1).
package enum ChunkedBodyEncoder {
    /// One chunk; nothing for nothing, because an empty chunk would end the body.
    package static func chunk(_ bytes: [UInt8]) -> [UInt8] {
        bytes.isEmpty ? [] : Array((String(bytes.count, radix: 16) + "\r\n").utf8) + bytes + [0x0D, 0x0A]
    }

    /// What ends the body.
    package static let end = Array("0\r\n\r\n".utf8)
}
