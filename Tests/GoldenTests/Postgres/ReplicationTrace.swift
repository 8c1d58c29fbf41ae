import PostgresWire
import TestSupport

/// The replication messages of a capture, in the order in which they came.
struct ReplicationTrace {
    /// What a CopyData held, as it was and as it reads.
    var messages: [(content: ArraySlice<UInt8>, message: ReplicationMessage, event: PgOutputEvent?)] = []

    init(_ capture: PostgresCapture) throws {
        var decoder = PgOutputDecoder()
        for message in try SessionTrace(capture).backend {
            guard case .copyData(let copyData) = message else { continue }
            let decoded = try ReplicationMessage.decode(copyData.data)
            var event: PgOutputEvent?
            if case .xLogData(let data) = decoded { event = try decoder.decode(data.data) }
            messages.append((copyData.data, decoded, event))
        }
    }

    /// The captures that have a replication stream.
    static func captures() throws -> [PostgresCapture] {
        try PostgresCapture.allAndExtra().filter { capture in
            // The lists of server messages are short forms; CopyBothResponse is a W.
            capture.serverMessages.split(separator: " ").contains("W")
                || capture.serverMessages.contains("W*") || (try? capture.meta()["commands"]) is [[Any]]
        }
    }

    /// Whether transactions were sent in pieces.
    var isStreamed: Bool {
        messages.contains { _, _, event in
            if case .streamStart = event?.message { return true }
            return false
        }
    }

    /// What `line` makes of each committed transaction's messages, without those of rolled back savepoints.
    ///
    /// Messages are given to it as they come: what a change means depends on the descriptions before it.
    func transactions(_ line: (PgOutputMessage) throws -> String?) rethrows -> [UInt32: [String]] {
        var committed: [UInt32: [String]] = [:]
        var open: (xid: UInt32, lines: [String])?
        var streams: [UInt32: [(subtransaction: UInt32?, line: String)]] = [:]
        var stream: UInt32?
        for case (_, _, let event?) in messages {
            switch event.message {
            case .begin(let begin): open = (begin.xid, [])
            case .commit:
                if let open { committed[open.xid] = open.lines }
                open = nil
            case .streamStart(let start): stream = start.xid
            case .streamStop: stream = nil
            case .streamAbort(let abort):
                if abort.xid == abort.subtransaction {
                    streams[abort.xid] = nil
                } else {
                    streams[abort.xid]?.removeAll { $0.subtransaction == abort.subtransaction }
                }
            case .streamCommit(let commit):
                committed[commit.xid] = streams[commit.xid, default: []].map(\.line)
                streams[commit.xid] = nil
            default:
                guard let text = try line(event.message) else { continue }
                if let stream {
                    streams[stream, default: []].append((event.streamedTransaction, text))
                } else {
                    open?.lines.append(text)
                }
            }
        }
        return committed
    }
}
