import PostgresWire

/// What `psql --no-align` prints on its standard output for the answers of a session.
struct PsqlOutput {
    private(set) var text = ""
    /// The rows of a statement, which are printed when it has ended well.
    private var result = ""
    private var columns: [RowDescription.Column]?
    private var rowCount = 0
    private var isCopy = false
    private var notifications: [String] = []

    /// What NULL is shown as (`\pset null`).
    private let null: String

    init(_ messages: [BackendMessage], null: String) {
        self.null = null
        for message in messages { append(message) }
    }

    private mutating func append(_ message: BackendMessage) {
        switch message {
        case .rowDescription(let description):
            columns = description.columns
            rowCount = 0
            // A result without columns has no header, but the line's end is there.
            result = description.columns.map(\.name).joined(separator: "|") + "\n"
        case .dataRow(let row):
            rowCount += 1
            guard row.columnCount > 0 else { break }
            let values = row.columns.map { $0.map { String(decoding: $0, as: UTF8.self) } ?? null }
            result += values.joined(separator: "|") + "\n"
        case .copyOutResponse: isCopy = true
        case .copyData(let copyData): text += String(decoding: copyData.data, as: UTF8.self)
        case .commandComplete(let completion): statementEnded(completion.tag)
        case .errorResponse: (columns, isCopy) = (nil, false)
        case .notificationResponse(let notification):
            let payload = notification.payload.isEmpty ? "" : " with payload \"\(notification.payload)\""
            notifications.append(
                "Asynchronous notification \"\(notification.channel)\"\(payload) received from server process "
                    + "with PID \(notification.processID).\n"
            )
        case .readyForQuery:
            text += notifications.joined()
            notifications = []
        default: break
        }
    }

    private mutating func statementEnded(_ tag: String) {
        if columns != nil {
            text += result + "(\(rowCount) \(rowCount == 1 ? "row" : "rows"))\n"
        } else if !isCopy {
            text += tag + "\n"
        }
        (columns, isCopy) = (nil, false)
    }
}
