package import PosixIO
package import PostgresWire
package import WireKit

/// A session with a PostgreSQL server, confined to its event loop's isolation.
///
/// One request at a time. An error of the server that ends properly leaves the session usable, and so does the
/// cancellation of a task that waits for an answer: the server is asked to stop, and what it still says is read. After
/// every other error in the middle of an exchange the connection is closed and never used again.
package final class PostgresConnection {
    /// What the session is in the middle of.
    enum State {
        /// Ready for a request.
        case idle
        /// A request is being answered.
        case busy
        /// A COPY TO STDOUT is being read through `input`.
        case copying(CopyOutStateMachine)
        /// A COPY FROM STDIN is being written.
        case copyingIn(CopyInStateMachine)
        /// Both sides copy.
        case copyingBoth(CopyBothStateMachine)
        /// Closed by us, by the server or by an error.
        case closed(PostgresConnectionError)
    }

    /// The attempt that succeeded.
    struct Origin {
        let attempt: SessionAttempt
        let encryption: Encryption
    }

    package let loop: EventLoop
    package let endpoint: Endpoint
    let stream: ByteStream

    /// Bytes of the server that nobody has consumed.
    ///
    /// During a COPY its reader walks the messages in place.
    package var input = RawBuffer(capacity: 16 * 1024)
    var output = RawBuffer(capacity: 4 * 1024)
    var state = State.busy
    /// Why the socket is of no use any more, reported once everything received is read: the server's last words count.
    var transportFailure: TransportError?

    /// The session parameters that the server reports, by name.
    package internal(set) var parameters: [String: String] = [:]
    /// The types that were looked up for this session; OIDs of the user's own types differ from database to database.
    var typeCatalogue = TypeCatalogue()
    /// What was set when the session was opened.
    var settings: [SessionParameter] = []
    /// What a request to cancel must name.
    package internal(set) var backendKey: BackendKeyData?
    /// How the session was opened.
    package internal(set) var security = SessionSecurity()
    /// The way that led here; a request to cancel takes it again.
    var origin: Origin?
    /// How far the session's opening has come.
    var progress = StartupProgress.connected
    package internal(set) var transactionStatus = TransactionStatus.idle
    /// How long the server may be silent while it owes an answer; none waits as long as the connection lives.
    ///
    /// A server that is silent for longer is asked to stop, as by cancellation.
    package var responseTimeout: Duration?
    /// How long a server that was asked to stop has for its last words, before the connection is closed.
    package var cancellationTimeout = Duration.seconds(5)
    /// The request under way was given up.
    var surrender: Surrender?
    /// The statement of the copy under way.
    var copyStatement = ""
    /// Notifications that came while nobody waited for them.
    var pendingNotifications: [NotificationResponse] = []
    /// Whether notifications are kept for `nextNotification`.
    var keepsNotifications = false
    /// A replication stream has begun on this session.
    var hasReplicated = false
    /// Savepoints that are open.
    var savepointDepth = 0
    /// Called with each notice of the server.
    package var noticeObserver: ((NoticeResponse) -> Void)?
    /// Called with each notification that the session listens for.
    package var notificationObserver: ((NotificationResponse) -> Void)?

    /// Takes over a connected socket on which nothing was said yet.
    init(stream: ByteStream, endpoint: Endpoint) {
        self.stream = stream
        self.endpoint = endpoint
        loop = stream.loop
    }

    /// Whether a request can be sent.
    package var isUsable: Bool {
        if case .idle = state { return true }
        return false
    }

    /// The server's version, such as 15 or 18; 0 when it reports none.
    package var serverMajorVersion: Int {
        let digits = (parameters["server_version"] ?? "").prefix { $0.isNumber }
        return Int(digits) ?? 0
    }

    /// Says goodbye, if the session can still listen, and closes the connection.
    package func close() {
        if case .closed = state { return }
        if isUsable, output.isEmpty {
            enqueue([.terminate])
            // One attempt, without waiting: a closed socket tells the server as much.
            _ = try? stream.send(from: &output)
        }
        end(PostgresConnectionError(.closed, phase: .query, peer: "\(endpoint)", reason: "it was closed by us"))
    }

    /// Closes the connection for good because of `error`.
    @discardableResult
    func end(_ error: PostgresConnectionError) -> PostgresConnectionError {
        if case .closed(let first) = state { return first }
        state = .closed(error)
        stream.close()
        return error
    }

    /// Closes the connection because the socket failed.
    func end(_ error: TransportError, _ phase: PostgresConnectionError.Phase) -> PostgresConnectionError {
        end(PostgresConnectionError(error, phase: phase, endpoint: endpoint))
    }

    /// Closes the connection because of what the server said.
    func end(_ violation: ProtocolViolation, _ phase: PostgresConnectionError.Phase) -> PostgresConnectionError {
        end(
            PostgresConnectionError(
                .protocolViolation,
                phase: phase,
                peer: "\(endpoint)",
                reason: "\(violation)"
            )
        )
    }

    /// Closes the connection because the server ended the session with an error.
    func end(_ error: PostgresServerError, _ phase: PostgresConnectionError.Phase) -> PostgresConnectionError {
        end(
            PostgresConnectionError(
                .closed,
                phase: phase,
                peer: "\(endpoint)",
                reason: "\(error)",
                serverError: error
            )
        )
    }
}
