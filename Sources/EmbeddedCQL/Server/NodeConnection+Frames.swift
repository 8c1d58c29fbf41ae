import CQLWire
import WireKit

/// What the frames of a connection are answered with.
extension NodeConnection {
    /// Answers the writes at the front of the input of a discarding node; false when there is none.
    func runDiscarded() -> Bool {
        guard discardsWrites, !hasFaults, handshake.state == .ready else {
            return false
        }
        let tally = FrameWalk.discardWrites(from: &input, answeringInto: &output)
        counter.count(tally)
        return tally.executes + tally.batches > 0
    }

    /// Takes the whole frames at the front of the input; false when there is none.
    func takeGroup() -> Bool {
        // The discarding node looks at each frame anew, for writes may follow.
        let limit = discardsWrites ? 1 : Self.groupByteCount
        switch FrameWalk.front(of: input, limit: limit) {
        case .frames(let byteCount):
            group = input.take(byteCount)
            groupPosition = 0
            return true
        case .incomplete: return false
        case .foreign(let firstByte):
            let requested = ProtocolVersion(rawValue: firstByte)
            refuse(
                firstByte & 0x80 == 0
                    ? requested.refusal.message : "Wrong protocol direction (expected REQUEST, got RESPONSE)",
                in: requested.refusal.version
            )
            return false
        case .tooLong(let length):
            let limit = FrameWalk.bodyLimit
            refuse("Request is too big: length \(length) exceeds maximum allowed length \(limit).", in: .v4)
            return false
        }
    }

    /// Runs frames of the group until the output is full; false when the group is done.
    func runGroup() -> Bool {
        guard groupPosition < group.count else { return false }
        while groupPosition < group.count, !isClosed, !closesWhenDrained, !waitsAtDoor,
            output.readableByteCount < Self.outputLimit
        {
            // The walk that took the group saw that each of its frames is whole, and not longer than the limit.
            let start = groupPosition
            let body = start + FrameHeader.byteCount
            guard let length = group.bigEndianInt32(at: start + 5, before: body) else { break }
            groupPosition = body + Int(length)
            respond(frameAt: start, body: body..<groupPosition)
        }
        return true
    }

    private func respond(frameAt start: Int, body: Range<Int>) {
        let sent = ProtocolVersion(rawValue: group[start])
        version = settledVersion ?? sent
        let opcode = Opcode.Request(rawValue: group[start + 4])
        let stream = StreamID(rawValue: Int16(bitPattern: UInt16(group[start + 2]) << 8 | UInt16(group[start + 3])))
        guard version == sent else {
            let message =
                "Invalid message version. Got \(sent.rawValue)/v\(sent.rawValue) but previous messages on this "
                + "connection had version \(version.rawValue)/v\(version.rawValue)"
            return send(.error(ErrorResponse(code: .protocolError, message: message)), on: stream)
        }
        guard let opcode else {
            send(.error(ErrorResponse(code: .protocolError, message: "Unknown opcode \(group[start + 4])")), on: stream)
            closesWhenDrained = true
            return
        }
        if isPeer, group[start + 1] == FrameFlags.customPayload.rawValue, handshake.state == .ready {
            server.apply(group, start..<body.upperBound)
            FrameWalk.appendVoid(version: version.rawValue, stream: UInt16(bitPattern: stream.rawValue), to: &output)
            return
        }
        counter.count(opcode)
        if let fault = fault(for: opcode, body: body) {
            apply(fault, to: opcode, frameAt: start, body: body, on: stream)
        } else {
            run(opcode, frameAt: start, body: body, on: stream, isSilent: false)
        }
    }

    func run(
        _ opcode: Opcode.Request,
        frameAt start: Int,
        body: Range<Int>,
        on stream: StreamID,
        isSilent: Bool
    ) {
        let isPlain = group[start + 1] == 0 && handshake.state == .ready
        do throws(StatementError) {
            let isDone =
                switch opcode {
                case .execute where isPlain: try runner.runPlainExecute(group, body, version: version)
                case .batch where isPlain: try runner.runPlainBatch(group, body, version: version)
                default: false
                }
            if isDone {
                let stream = UInt16(bitPattern: stream.rawValue)
                if !isSilent { FrameWalk.appendVoid(version: version.rawValue, stream: stream, to: &output) }
                return
            }
        } catch {
            if !isSilent { send(.error(error.response), on: stream) }
            return
        }
        runDecoded(frameAt: start, body: body, on: stream, isSilent: isSilent)
    }

    private func runDecoded(frameAt start: Int, body: Range<Int>, on stream: StreamID, isSilent: Bool) {
        do throws(WireError) {
            var reader = ByteReader(group[start..<body.lowerBound])
            var header = try FrameHeader.decode(from: &reader)
            if body.isEmpty { header.flags.remove(.compression) }
            let frame = Frame(header: header, body: group[body])
            // Like real servers, the node does not look at what follows a message.
            let request = try RequestFrame.decode(
                frame,
                compression: handshake.compression,
                ignoringTrailingBytes: true
            )
            if case .startup(let startup) = request.request, handshake.state == .expectingStartup,
                startup.options[PeerLink.startupOption] == nil, server.missesWrites
            {
                groupPosition = start
                return waitAtDoor()
            }
            answer(request.request, on: stream, isTraced: request.isTraced, isSilent: isSilent)
        } catch {
            // The next frame's place is known: the connection goes on.
            send(.error(ErrorResponse(code: .protocolError, message: error.description)), on: stream)
        }
    }

    private func answer(_ request: Request, on stream: StreamID, isTraced: Bool, isSilent: Bool) {
        if isPeer, handshake.state == .ready, case .startup(let startup) = request,
            startup.options[PeerLink.inStepOption] != nil
        {
            let member = startup.options[PeerLink.startupOption].flatMap { Int($0) }
            if let member { server.isInStep(with: member, over: self) }
            return send(handshake.offered, on: stream)
        }
        if let answer = handshake.received(request) {
            if handshake.state != .expectingStartup { settledVersion = version }
            send(answer.response, on: answer.usesStreamZero ? StreamID(rawValue: 0) : stream)
            if answer.closesConnection { closesWhenDrained = true }
            return
        }
        if case .register(let register) = request {
            send(self.register(register), on: stream)
            return
        }
        var answer = runner.run(request)
        if case .result(.prepared(var prepared)) = answer.response, runner.isConditional(prepared.id) {
            prepared.markConditional(handshake.extensions)
            answer.response = .result(.prepared(prepared))
        }
        // It says so, rather than name a trace that nobody could read.
        let warnings = isTraced ? ["This in-memory node does not trace requests."] : nil
        if !isSilent { send(answer.response, on: stream, warnings: warnings) }
        if let change = answer.schemaChange { server.broadcast(.schemaChange(change)) }
    }

    private func register(_ message: RegisterRequest) -> Response {
        let known: Set<String> = ["TOPOLOGY_CHANGE", "STATUS_CHANGE", "SCHEMA_CHANGE"]
        if let unknown = message.eventTypes.first(where: { !known.contains($0) }) {
            let text = "Invalid value '\(unknown)' for an event type"
            return .error(ErrorResponse(code: .protocolError, message: text))
        }
        eventTypes.formUnion(message.eventTypes)
        return .ready
    }
}

// MARK: - Sending

extension NodeConnection {
    /// Tells the client of a change, if it asked for that.
    func notify(_ event: EventResponse) {
        guard eventTypes.contains(event.typeName), !isClosed else { return }
        var writer = ByteWriter()
        // Names within the limits of the schema fit every field of the message.
        try? ResponseFrame(version: version, stream: .event, response: .event(event))
            .encode(into: &writer, compression: handshake.compression)
        sendLater(writer.bytes)
    }

    func send(_ response: Response, on stream: StreamID, warnings: [String]? = nil) {
        var response = response
        if case .error(let error) = response { response = .error(error.said(in: version)) }
        var writer = ByteWriter()
        do throws(WireError) {
            try ResponseFrame(version: version, stream: stream, warnings: warnings, response: response)
                .encode(into: &writer, compression: handshake.compression)
        } catch {
            // Only an answer beyond the limits of the protocol cannot be written, such as a page of 2 GiB.
            let message = "The answer cannot be sent: \(error)"
            let failure = Response.error(ErrorResponse(code: .serverError, message: message))
            writer = ByteWriter()
            guard (try? ResponseFrame(version: version, stream: stream, response: failure).encode(into: &writer)) != nil
            else { return close() }
        }
        output.append(writer.bytes)
    }

    /// Answers something that is no frame of this protocol, and ends the connection.
    private func refuse(_ message: String, in version: ProtocolVersion) {
        self.version = version
        send(.error(ErrorResponse(code: .protocolError, message: message)), on: StreamID(rawValue: 0))
        closesWhenDrained = true
    }
}
