import WireKit

/// A message of the output plugin pgoutput, protocol versions 1 to 4.
///
/// PostgreSQL documentation, "Logical Replication Message Formats".
package enum PgOutputMessage: Hashable, Sendable {
    case begin(Begin)
    case commit(Commit)
    case origin(Origin)
    case relation(Relation)
    case type(TypeName)
    case insert(Insert)
    case update(Update)
    case delete(Delete)
    case truncate(Truncate)
    case message(LogicalMessage)
    case streamStart(StreamStart)
    case streamStop
    case streamCommit(StreamCommit)
    case streamAbort(StreamAbort)
    case beginPrepare(BeginPrepare)
    case prepare(Prepare)
    case commitPrepared(CommitPrepared)
    case rollbackPrepared(RollbackPrepared)
    case streamPrepare(Prepare)

    /// The byte that a message starts with.
    package enum ID: UInt8, Sendable {
        case begin = 0x42
        case commit = 0x43
        case origin = 0x4F
        case relation = 0x52
        case type = 0x59
        case insert = 0x49
        case update = 0x55
        case delete = 0x44
        case truncate = 0x54
        case message = 0x4D
        case streamStart = 0x53
        case streamStop = 0x45
        case streamCommit = 0x63
        case streamAbort = 0x41
        case beginPrepare = 0x62
        case prepare = 0x50
        case commitPrepared = 0x4B
        case rollbackPrepared = 0x72
        case streamPrepare = 0x70

        /// Whether a transaction id stands in front of the body inside a streamed piece.
        var carriesTransaction: Bool {
            switch self {
            case .relation, .type, .insert, .update, .delete, .truncate, .message: true
            case .begin, .commit, .origin, .streamStart, .streamStop, .streamCommit, .streamAbort, .beginPrepare,
                .prepare, .commitPrepared, .rollbackPrepared, .streamPrepare:
                false
            }
        }
    }

    package var id: ID {
        switch self {
        case .begin: .begin
        case .commit: .commit
        case .origin: .origin
        case .relation: .relation
        case .type: .type
        case .insert: .insert
        case .update: .update
        case .delete: .delete
        case .truncate: .truncate
        case .message: .message
        case .streamStart: .streamStart
        case .streamStop: .streamStop
        case .streamCommit: .streamCommit
        case .streamAbort: .streamAbort
        case .beginPrepare: .beginPrepare
        case .prepare: .prepare
        case .commitPrepared: .commitPrepared
        case .rollbackPrepared: .rollbackPrepared
        case .streamPrepare: .streamPrepare
        }
    }
}

/// Bodies: what follows the first byte and, inside a streamed piece, the transaction id.
extension PgOutputMessage {
    static func decodeBody(_ id: ID, from reader: inout ByteReader) throws(WireError) -> Self {
        switch id {
        case .begin: .begin(try Begin.decode(from: &reader))
        case .commit: .commit(try Commit.decode(from: &reader))
        case .origin: .origin(try Origin.decode(from: &reader))
        case .relation: .relation(try Relation.decode(from: &reader))
        case .type: .type(try TypeName.decode(from: &reader))
        case .insert: .insert(try Insert.decode(from: &reader))
        case .update: .update(try Update.decode(from: &reader))
        case .delete: .delete(try Delete.decode(from: &reader))
        case .truncate: .truncate(try Truncate.decode(from: &reader))
        case .message: .message(try LogicalMessage.decode(from: &reader))
        case .streamStart: .streamStart(try StreamStart.decode(from: &reader))
        case .streamStop: .streamStop
        case .streamCommit: .streamCommit(try StreamCommit.decode(from: &reader))
        case .streamAbort: .streamAbort(try StreamAbort.decode(from: &reader))
        case .beginPrepare: .beginPrepare(try BeginPrepare.decode(from: &reader))
        case .prepare: .prepare(try Prepare.decode(from: &reader))
        case .commitPrepared: .commitPrepared(try CommitPrepared.decode(from: &reader))
        case .rollbackPrepared: .rollbackPrepared(try RollbackPrepared.decode(from: &reader))
        case .streamPrepare: .streamPrepare(try Prepare.decode(from: &reader))
        }
    }

    func encodeBody(into writer: inout ByteWriter) {
        switch self {
        case .begin(let body): body.encode(into: &writer)
        case .commit(let body): body.encode(into: &writer)
        case .origin(let body): body.encode(into: &writer)
        case .relation(let body): body.encode(into: &writer)
        case .type(let body): body.encode(into: &writer)
        case .insert(let body): body.encode(into: &writer)
        case .update(let body): body.encode(into: &writer)
        case .delete(let body): body.encode(into: &writer)
        case .truncate(let body): body.encode(into: &writer)
        case .message(let body): body.encode(into: &writer)
        case .streamStart(let body): body.encode(into: &writer)
        case .streamStop: break
        case .streamCommit(let body): body.encode(into: &writer)
        case .streamAbort(let body): body.encode(into: &writer)
        case .beginPrepare(let body): body.encode(into: &writer)
        case .prepare(let body), .streamPrepare(let body): body.encode(into: &writer)
        case .commitPrepared(let body): body.encode(into: &writer)
        case .rollbackPrepared(let body): body.encode(into: &writer)
        }
    }
}
