/// A piece of what a container wrote.
package struct StreamOutput: Hashable, Sendable {
    /// Where it was written (Engine API, "Stream format").
    package enum Source: UInt8, Hashable, Sendable {
        /// Standard input, echoed; the Engine does not send it.
        case standardInput = 0
        case standardOutput = 1
        case standardError = 2
        /// A message of the Engine itself about the stream.
        case engine = 3
    }

    package let source: Source
    package let bytes: ArraySlice<UInt8>

    package init(_ source: Source, _ bytes: ArraySlice<UInt8>) {
        self.source = source
        self.bytes = bytes
    }
}

/// Takes apart the stream of a container or an exec without a terminal: frames of a source, three zero bytes, a
/// big-endian length and as many bytes.
///
/// A frame may hold many lines or part of one. Its bytes are handed on as they come: nothing is kept for a length that
/// was merely announced.
package struct StreamFrameDecoder: Sendable {
    package static let headerByteCount = 8

    private var header: [UInt8] = []
    private var source = StreamOutput.Source.standardOutput
    private var remaining = 0

    package init() {}

    /// Whether the stream may end here.
    package var isBetweenFrames: Bool { header.isEmpty && remaining == 0 }

    /// Takes a piece of the stream and returns what it holds of either output.
    ///
    /// - Throws: `HTTPError.malformed` for a header that is none.
    package mutating func append(_ bytes: ArraySlice<UInt8>) throws(HTTPError) -> [StreamOutput] {
        var output: [StreamOutput] = []
        var input = bytes
        while !input.isEmpty {
            if remaining == 0 {
                let part = input.prefix(Self.headerByteCount - header.count)
                header += part
                input = input.dropFirst(part.count)
                if header.count == Self.headerByteCount { try headerReceived() }
                continue
            }
            let piece = input.prefix(remaining)
            output.append(StreamOutput(source, piece))
            remaining -= piece.count
            input = input.dropFirst(piece.count)
        }
        return output
    }

    private mutating func headerReceived() throws(HTTPError) {
        guard let source = StreamOutput.Source(rawValue: header[0]), header[1...3].allSatisfy({ $0 == 0 }) else {
            throw .malformed("a stream frame's header is none")
        }
        self.source = source
        remaining = header[4...].reduce(0) { $0 << 8 | Int($1) }
        header.removeAll(keepingCapacity: true)
    }

    /// A frame, for the Engine's side of a conversation.
    package static func frame(_ output: StreamOutput) -> [UInt8] {
        let length = UInt32(clamping: output.bytes.count)
        return [output.source.rawValue, 0, 0, 0] + withUnsafeBytes(of: length.bigEndian) { Array($0) } + output.bytes
    }
}

/// Cuts the output of a program into lines.
package struct LineAssembler: Sendable {
    /// A line without an end must not grow for ever; a longer one is cut here.
    private static let limit = 64 * 1024
    private var partial: [UInt8] = []

    package init() {}

    /// Takes a piece of output and returns the lines that it completes, without their ends.
    package mutating func append(_ bytes: some Sequence<UInt8>) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            // A progress display draws over its line: what it drew last is what counts.
            if byte == 0x0A || partial.count >= Self.limit {
                lines.append(takePartial())
                if byte == 0x0A { continue }
            }
            partial.append(byte)
        }
        return lines
    }

    /// What is left when the output has ended; nil when its last line had an end.
    package mutating func finish() -> String? { partial.isEmpty ? nil : takePartial() }

    private mutating func takePartial() -> String {
        defer { partial.removeAll(keepingCapacity: true) }
        while partial.last == 0x0D { partial.removeLast() }
        let shown = partial.lastIndex(of: 0x0D).map { partial[($0 + 1)...] } ?? partial[...]
        return String(decoding: shown, as: UTF8.self)
    }
}
