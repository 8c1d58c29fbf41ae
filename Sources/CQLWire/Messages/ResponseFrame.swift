package import WireKit

/// A response with all that its frame says about it.
package struct ResponseFrame: Hashable, Sendable {
    package var version: ProtocolVersion
    package var stream: StreamID
    /// The trace that the server wrote, where the request asked for one.
    package var tracingID: CQLUUID?
    /// What the server wants a person to know (v4).
    package var warnings: [String]?
    /// From the server's query handler (v4).
    package var customPayload: BytesMap?
    package var response: Response

    package init(
        version: ProtocolVersion = .v4,
        stream: StreamID,
        tracingID: CQLUUID? = nil,
        warnings: [String]? = nil,
        customPayload: BytesMap? = nil,
        response: Response
    ) {
        self.version = version
        self.stream = stream
        self.tracingID = tracingID
        self.warnings = warnings
        self.customPayload = customPayload
        self.response = response
    }

    /// Reads a frame that a server sent.
    ///
    /// - Throws: `WireError` for an unknown opcode, a malformed body, or one compressed otherwise than agreed.
    package static func decode(
        _ frame: Frame,
        compression: FrameCompression? = nil,
        extensions: ProtocolExtensions = .none
    ) throws(WireError) -> ResponseFrame {
        let frame = try frame.decompressed(with: compression)
        let header = frame.header
        try header.require(.response)
        guard let opcode = Opcode.Response(rawValue: header.opcode) else {
            throw WireError(.unknownCode(Int(header.opcode)), field: "response opcode", offset: 4)
        }
        var reader = ByteReader(frame.body)
        let prefix = try reader.readPrefix(flags: header.flags, version: header.version)
        let response = try Response.decode(opcode, from: &reader, version: header.version, extensions: extensions)
        try reader.expectEnd("\(opcode) body")
        return ResponseFrame(
            version: header.version,
            stream: header.stream,
            tracingID: prefix.tracingID,
            warnings: prefix.warnings,
            customPayload: prefix.customPayload,
            response: response
        )
    }

    /// Writes the whole frame, its body compressed where that was agreed and pays; under v3 warnings and payload, which
    /// it cannot say, are left out.
    ///
    /// - Throws: `WireError` when a part is longer than its length field can say.
    package func encode(into writer: inout ByteWriter, compression: FrameCompression? = nil) throws(WireError) {
        let warnings = version >= .v4 ? warnings : nil
        let customPayload = version >= .v4 ? customPayload : nil
        var flags: FrameFlags = []
        if tracingID != nil { flags.insert(.tracing) }
        if warnings != nil { flags.insert(.warning) }
        if customPayload != nil { flags.insert(.customPayload) }
        let header = FrameHeader(
            version: version,
            direction: .response,
            flags: flags,
            stream: stream,
            opcode: response.opcode.rawValue,
            bodyLength: 0
        )
        try writer.writeFrame(header, compression: compression) { (writer) throws(WireError) in
            if let tracingID { writer.writeUUID(tracingID) }
            if let warnings { try writer.writeStringList(warnings, "warnings") }
            if let customPayload { try writer.writeBytesMap(customPayload, "custom payload") }
            try response.encode(into: &writer, version: version)
        }
    }
}

/// What a response's flags put before its message.
package struct ResponsePrefix: Hashable, Sendable {
    package let tracingID: CQLUUID?
    package let warnings: [String]?
    package let customPayload: BytesMap?
}

extension ByteReader {
    /// Reads tracing id, warnings and custom payload, in this order, as far as the flags announce them.
    ///
    /// - Throws: `WireError` when one of them is malformed.
    package mutating func readPrefix(
        flags: FrameFlags,
        version: ProtocolVersion
    ) throws(WireError) -> ResponsePrefix {
        try refuseCompression(flags)
        let isV4 = version >= .v4
        return ResponsePrefix(
            tracingID: flags.contains(.tracing) ? try readUUID("tracing id") : nil,
            warnings: isV4 && flags.contains(.warning) ? try readStringList("warnings") : nil,
            customPayload: isV4 && flags.contains(.customPayload) ? try readBytesMap("custom payload") : nil
        )
    }
}
