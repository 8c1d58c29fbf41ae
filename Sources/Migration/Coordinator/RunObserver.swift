/// Who is told how far a run is and what it does.
package protocol RunObserver: Sendable {
    /// A step began or ended, in one sentence without a full stop.
    func noted(_ message: String)
    /// The counters moved; called several times per second.
    func progressed(_ snapshot: ProgressSnapshot)
}
