import CQLWire
import WireKit

/// What goes wrong on demand.
extension NodeConnection {
    /// The fault that a request meets.
    func fault(for opcode: Opcode.Request, body: Range<Int>) -> RequestFault? {
        guard hasFaults, handshake.state == .ready, let isWrite = isWrite(opcode, body) else { return nil }
        return server.nextFault(for: opcode, isWrite: isWrite)
    }

    /// Whether a request writes, as far as that is to be seen without running it; nil for one that meets no faults.
    private func isWrite(_ opcode: Opcode.Request, _ body: Range<Int>) -> Bool? {
        let faultsReading = server.options.faultsReading
        switch opcode {
        case .execute:
            if body.count > 2, group[body.lowerBound + 2] == PreparedStatements.writeTag { return true }
            return faultsReading ? false : nil
        case .batch: return true
        case .query:
            let text = String(decoding: group[body].dropFirst(4).prefix(512), as: UTF8.self).lowercased()
            let verb = text.drop { $0.isWhitespace }.prefix { $0.isLetter }
            if ["insert", "update", "delete", "begin"].contains(verb) { return true }
            return faultsReading && verb == "select" && !text.contains("from system") ? false : nil
        case .prepare: return server.options.faultsPreparing ? false : nil
        case .startup, .options, .register, .authResponse: return nil
        }
    }

    /// Does to a request what the fault says.
    func apply(
        _ fault: RequestFault,
        to opcode: Opcode.Request,
        frameAt start: Int,
        body: Range<Int>,
        on stream: StreamID
    ) {
        if fault.afterApplying { run(opcode, frameAt: start, body: body, on: stream, isSilent: true) }
        switch fault {
        case .error(let error, _): send(.error(error), on: stream)
        case .dropConnection: closesWhenDrained = true
        case .silence: return
        case .unprepared:
            var reader = WriteReader(group, body, version: version)
            let id = reader.shortBytes() ?? body.lowerBound..<body.lowerBound
            send(.error(PreparedStatements.unprepared(group[id]).response), on: stream)
        case .delay(let delay):
            var answers = RawBuffer(capacity: 256)
            swap(&answers, &output)
            run(opcode, frameAt: start, body: body, on: stream, isSilent: false)
            swap(&answers, &output)
            let late = answers.readableBytes()
            schedule(after: delay) { [weak self] in self?.sendLater(late) }
        }
    }
}
