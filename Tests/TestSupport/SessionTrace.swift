package import PostgresWire

/// A capture's messages, cut and decoded.
package struct SessionTrace {
    package private(set) var packets: [StartupPacket] = []
    package private(set) var frontend: [FrontendMessage] = []
    package private(set) var backend: [BackendMessage] = []
    package private(set) var legacyError: LegacyErrorResponse?

    /// - Throws: what cannot be a message, or bytes that are left over.
    package init(_ capture: PostgresCapture) throws {
        try decodeServer(capture)
        try decodeClient(capture)
    }

    private mutating func decodeServer(_ capture: PostgresCapture) throws {
        let bytes = capture.serverBytes[capture.negotiationReply.count...]
        if case .error(let error, let byteCount) = LegacyErrorResponse.next(in: bytes) {
            guard byteCount == bytes.count else {
                throw ChildProcess.Failure(description: "bytes follow the old error format")
            }
            legacyError = error
            return
        }
        backend = try frames(bytes).map { try BackendMessage.decode($0) }
    }

    private mutating func decodeClient(_ capture: PostgresCapture) throws {
        var rest = capture.clientBytes[...]
        while case .packet(let packet, let byteCount) = StartupPacket.next(in: rest) {
            packets.append(packet)
            rest = rest.dropFirst(byteCount)
            if case .startup = packet { break }
        }
        var responses = authenticationResponses()
        frontend = try frames(rest).map { frame in
            guard frame.tag == FrontendMessage.ID.authenticationResponse.rawValue else {
                return try FrontendMessage.decode(frame)
            }
            return try FrontendMessage.decode(frame, response: responses.isEmpty ? .password : responses.removeFirst())
        }
    }

    /// What each `p` message is, by the requests that the server made.
    private func authenticationResponses() -> [FrontendMessage.AuthenticationResponse] {
        backend.compactMap { message in
            guard case .authentication(let request) = message else { return nil }
            switch request {
            case .cleartextPassword, .md5Password: return .password
            case .sasl: return .saslInitialResponse
            case .saslContinue: return .saslResponse
            case .gss, .gssContinue, .sspi: return .gssResponse
            case .ok, .saslFinal, .kerberosV5, .scmCredential, .unknown: return nil
            }
        }
    }

    private func frames(_ bytes: ArraySlice<UInt8>) throws -> [MessageFrame] {
        var rest = bytes
        var frames: [MessageFrame] = []
        while !rest.isEmpty {
            guard case .frame(let frame) = MessageFrame.next(in: rest) else {
                throw ChildProcess.Failure(description: "no message at byte \(rest.startIndex)")
            }
            frames.append(frame)
            rest = rest.dropFirst(frame.byteCount)
        }
        return frames
    }
}
