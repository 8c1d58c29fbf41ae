/// Cuts a byte stream into heads and bodies; what the first line means is for `HTTPRequestDecoder` and
/// `HTTPResponseDecoder` to say.
struct HTTPMessageDecoder: Sendable {
    /// What the next bytes are.
    private enum State: Sendable {
        /// A head; entered first, and by `expectHead()`.
        case head
        /// A body of known length, with so many bytes to come.
        case length(Int)
        case chunked(ChunkedBodyDecoder)
        /// Everything until the connection ends.
        case untilEnd
        /// Nothing: the body has ended, or another protocol has begun.
        case ended
    }

    /// A piece of a body, or its end with the trailer section.
    enum BodyPart {
        case needsMore
        case bytes(ArraySlice<UInt8>)
        case end(HTTPHeaders)
    }

    private let headLimit: Int
    private var state = State.head
    private var buffer: [UInt8] = []
    private var readIndex = 0
    /// How far the buffer was searched for the end of the head.
    private var searchedIndex = 0
    private var hasEnded = false

    init(headLimit: Int) { self.headLimit = headLimit }

    /// Bytes that belong to nobody yet.
    var rest: ArraySlice<UInt8> { buffer[readIndex...] }

    /// Whether nothing of a message has arrived.
    var isBetweenMessages: Bool {
        guard case .head = state else { return false }
        return rest.isEmpty
    }

    mutating func append(_ bytes: some Collection<UInt8>) {
        if readIndex == buffer.count {
            buffer.removeAll(keepingCapacity: true)
            (readIndex, searchedIndex) = (0, 0)
        } else if readIndex > 64 * 1024 {
            buffer.removeFirst(readIndex)
            searchedIndex = max(0, searchedIndex - readIndex)
            readIndex = 0
        }
        buffer += bytes
    }

    /// No more bytes will come.
    mutating func inputEnded() { hasEnded = true }

    mutating func expectHead() { state = .head }

    mutating func expectBody(_ framing: BodyFraming) {
        state =
            switch framing {
            case .length(let count): .length(count)
            case .chunked: .chunked(ChunkedBodyDecoder())
            case .untilEnd: .untilEnd
            case .upgraded: .ended
            }
    }

    /// Takes all bytes that belong to nobody.
    mutating func takeRest() -> ArraySlice<UInt8> {
        defer { readIndex = buffer.count }
        return rest
    }

    /// The lines of the next head; nil until all of it is there.
    ///
    /// - Throws: `HTTPError`: head too large, incomplete, malformed.
    mutating func nextHead() throws(HTTPError) -> [ArraySlice<UInt8>]? {
        guard let end = findEndOfHead() else {
            if rest.count > headLimit { throw .headTooLarge(limit: headLimit) }
            if hasEnded { throw .incomplete }
            return nil
        }
        let head = buffer[readIndex..<end]
        guard head.count <= headLimit else { throw .headTooLarge(limit: headLimit) }
        readIndex = end
        var lines: [ArraySlice<UInt8>] = []
        for line in head.split(separator: 0x0A, omittingEmptySubsequences: false) {
            let line = line.last == 0x0D ? line.dropLast() : line
            if !line.isEmpty { lines.append(line) }
        }
        // A sender may leave line ends in front of a request (RFC 9112, section 2.2); nothing but them is no head.
        guard !lines.isEmpty else { throw .malformed("an empty head") }
        return lines
    }

    /// The index behind the empty line that ends the head.
    private mutating func findEndOfHead() -> Int? {
        while readIndex < buffer.count, buffer[readIndex] == 0x0D || buffer[readIndex] == 0x0A { readIndex += 1 }
        var index = max(searchedIndex, readIndex)
        while index < buffer.count {
            if buffer[index] == 0x0A {
                // Unless it is the last byte so far, what follows tells whether this line end is followed by another.
                if index + 1 < buffer.count, buffer[index + 1] == 0x0A { return index + 2 }
                if index + 2 < buffer.count, buffer[index + 1] == 0x0D, buffer[index + 2] == 0x0A { return index + 3 }
                if index + 2 >= buffer.count { break }
            }
            index += 1
        }
        searchedIndex = index
        return nil
    }

    /// The next piece of the body.
    ///
    /// - Throws: `HTTPError`: malformed, or incomplete when the connection has ended too early.
    mutating func nextBodyPart() throws(HTTPError) -> BodyPart {
        switch state {
        case .head, .ended:
            return .end([:])
        case .length(0):
            state = .ended
            return .end([:])
        case .length(let count):
            let piece = rest.prefix(count)
            if !piece.isEmpty { state = .length(count - piece.count) }
            return try delivered(piece)
        case .untilEnd:
            if rest.isEmpty, hasEnded {
                state = .ended
                return .end([:])
            }
            return try delivered(rest)
        case .chunked(var decoder):
            var input = rest
            let piece = try decoder.next(from: &input)
            readIndex = input.startIndex
            state = decoder.isEnded ? .ended : .chunked(decoder)
            if let piece { return .bytes(piece) }
            if decoder.isEnded { return .end(decoder.trailers) }
            if hasEnded { throw .incomplete }
            return .needsMore
        }
    }

    private mutating func delivered(_ piece: ArraySlice<UInt8>) throws(HTTPError) -> BodyPart {
        guard piece.isEmpty else {
            readIndex += piece.count
            return .bytes(piece)
        }
        if hasEnded { throw .incomplete }
        return .needsMore
    }
}
