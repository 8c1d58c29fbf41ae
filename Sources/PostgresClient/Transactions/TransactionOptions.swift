/// How a transaction behaves; what is left out is the session's default.
///
/// PostgreSQL documentation, BEGIN and SET TRANSACTION.
package struct TransactionOptions: Hashable, Sendable {
    package enum IsolationLevel: String, Sendable, CaseIterable {
        case readUncommitted = "READ UNCOMMITTED"
        case readCommitted = "READ COMMITTED"
        case repeatableRead = "REPEATABLE READ"
        case serializable = "SERIALIZABLE"
    }

    package var isolation: IsolationLevel?
    package var isReadOnly: Bool?
    /// Whether it may wait at its start for a snapshot that nothing can invalidate: serializable and read only.
    package var isDeferrable: Bool?
    /// A snapshot that another transaction exported and still holds: repeatable read or serializable.
    package var snapshot: String?

    package init(
        isolation: IsolationLevel? = nil,
        isReadOnly: Bool? = nil,
        isDeferrable: Bool? = nil,
        snapshot: String? = nil
    ) {
        self.isolation = isolation
        self.isReadOnly = isReadOnly
        self.isDeferrable = isDeferrable
        self.snapshot = snapshot
    }

    /// The statement that begins it.
    package var statement: String {
        let modes: [String?] = [
            isolation.map { "ISOLATION LEVEL \($0.rawValue)" }, isReadOnly.map { $0 ? "READ ONLY" : "READ WRITE" },
            isDeferrable.map { $0 ? "DEFERRABLE" : "NOT DEFERRABLE" },
        ]
        return (["BEGIN"] + [modes.compactMap(\.self).joined(separator: ", ")].filter { !$0.isEmpty })
            .joined(separator: " ")
    }
}
