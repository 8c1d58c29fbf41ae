/// One thing that a doctor looked at, what was found, and what to do about it.
package struct Finding: Hashable, Sendable {
    /// Whether something has to be done.
    package enum Verdict: String, Hashable, Sendable, CaseIterable {
        case ok
        /// Worth knowing; everything works as it is, or only some ways of migrating need it.
        case note
        /// It keeps a migration from working.
        case problem
    }

    /// What was looked at, such as a setting by its own name.
    package let name: String
    package let verdict: Verdict
    /// What was found, as a clause without a full stop.
    package let detail: String
    /// What the operator can do, as a clause without a full stop; never beside `ok`.
    package let remedy: String?

    private init(_ name: String, _ verdict: Verdict, _ detail: String, _ remedy: String?) {
        self.name = name
        self.verdict = verdict
        self.detail = detail
        self.remedy = remedy
    }

    /// As it should be.
    package static func ok(_ name: String, _ detail: String) -> Finding {
        Finding(name, .ok, detail, nil)
    }

    /// Worth knowing.
    package static func note(_ name: String, _ detail: String, remedy: String? = nil) -> Finding {
        Finding(name, .note, detail, remedy)
    }

    /// In the way of a migration; there is always something to do.
    package static func problem(_ name: String, _ detail: String, remedy: String) -> Finding {
        Finding(name, .problem, detail, remedy)
    }
}
