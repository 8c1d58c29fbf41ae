package import WireKit

/// A request with all that its frame says about it.
package struct RequestFrame: Hashable, Sendable {
    package var version: ProtocolVersion
    package var stream: StreamID
    /// Asks the server to trace this request.
    package var isTraced: Bool
    /// For the server's query handler (v4).
    package var customPayload: BytesMap?
    package var request: Request

    package init(
        version: ProtocolVersion = .v4,
        stream: StreamID,
        isTraced: Bool = false,
        customPayload: BytesMap? = nil,
        request: Request
    ) {
        self.version = version
        self.stream = stream
        self.isTraced = isTraced
        self.customPayload = customPayload
        self.request = request
    }

    /// Reads a frame that a client sent.
    ///
    /// Servers ignore what follows a message; that is a choice, for it hides a client's defect.
    /// - Throws: `WireError` for an unknown opcode, a malformed body, or one compressed otherwise than agreed.
    package static func decode(
        _ frame: Frame,
        compression: FrameCompression? = nil,
        extensions: ProtocolExtensions = .none,
        ignoringTrailingBytes: Bool = false
    ) throws(WireError) -> RequestFrame {
        let frame = try frame.decompressed(with: compression)
        let header = frame.header
        try header.require(.request)
        guard let opcode = Opcode.Request(rawValue: header.opcode) else {
            throw WireError(.unknownCode(Int(header.opcode)), field: "request opcode", offset: 4)
        }
        var reader = ByteReader(frame.body)
        // The flag tells where the message begins, though v3 does not know it.
        let customPayload = header.flags.contains(.customPayload) ? try reader.readBytesMap("custom payload") : nil
        let request = try Request.decode(opcode, from: &reader, version: header.version, extensions: extensions)
        if !ignoringTrailingBytes { try reader.expectEnd("\(opcode) body") }
        return RequestFrame(
            version: header.version,
            stream: header.stream,
            isTraced: header.flags.contains(.tracing),
            customPayload: customPayload,
            request: request
        )
    }

    /// Writes the whole frame, its body compressed where that was agreed and pays; STARTUP, which agrees, never is.
    ///
    /// - Throws: `WireError` when a part is longer than its length field can say.
    package func encode(into writer: inout ByteWriter, compression: FrameCompression? = nil) throws(WireError) {
        var flags: FrameFlags = []
        if isTraced { flags.insert(.tracing) }
        if customPayload != nil { flags.insert(.customPayload) }
        let header = FrameHeader(
            version: version,
            direction: .request,
            flags: flags,
            stream: stream,
            opcode: request.opcode.rawValue,
            bodyLength: 0
        )
        let compression = request.opcode == .startup ? nil : compression
        try writer.writeFrame(header, compression: compression) { (writer) throws(WireError) in
            if let customPayload { try writer.writeBytesMap(customPayload, "custom payload") }
            try request.encode(into: &writer, version: version)
        }
    }
}

extension FrameHeader {
    /// Refuses a frame that its own sender should have received.
    ///
    /// - Throws: `WireError` naming the direction that is expected.
    func require(_ expected: Direction) throws(WireError) {
        guard direction != expected else { return }
        throw WireError(.invalidValue("a \(expected) is expected"), field: "frame direction", offset: 0)
    }
}

extension ByteReader {
    /// Refuses a body that is still compressed.
    ///
    /// - Throws: `WireError` naming what is missing.
    func refuseCompression(_ flags: FrameFlags) throws(WireError) {
        if flags.contains(.compression) { throw FrameFlags.compressionNotAgreed }
    }
}

extension ByteWriter {
    /// Writes a header and the body that `body` makes, then the body's length into the header.
    ///
    /// - Throws: `WireError` when a part is longer than its length field can say.
    mutating func writeFrame(
        _ header: FrameHeader,
        compression: FrameCompression?,
        _ body: (inout ByteWriter) throws(WireError) -> Void
    ) throws(WireError) {
        if let compression {
            var plain = ByteWriter()
            try body(&plain)
            return try Frame(header: header, body: plain.bytes[...]).compressed(with: compression).encode(into: &self)
        }
        let start = count
        try header.encode(into: &self)
        let bodyStart = count
        try body(&self)
        guard let length = Int32(exactly: count - bodyStart) else {
            throw WireError(
                .limitExceeded(length: count - bodyStart, limit: Int(Int32.max)),
                field: "frame length",
                offset: 5
            )
        }
        overwriteInteger(length, at: start + 5)
    }
}
