import ArgumentParser
import EmbeddedCQL

/// What the in-memory node does wrong on demand.
struct NodeFaultOptions: ParsableArguments {
    /// `kind=rate`.
    struct Rate: ExpressibleByArgument {
        let kind: FaultPlan.Kind
        let rate: Double

        init?(argument: String) {
            let parts = argument.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, let kind = FaultPlan.Kind(rawValue: String(parts[0])), let rate = Double(parts[1]),
                (0...1).contains(rate)
            else { return nil }
            self.kind = kind
            self.rate = rate
        }
    }

    @Option(
        name: .customLong("fault"),
        help: ArgumentHelp(
            "Fail that share of the requests, such as overload=0.01; may be given several times.",
            discussion: """
                Kinds: overload, timeout (write or read timeout; half of the writes are done all the same), drop (the \
                connection is closed), unprepared, slow (the answer comes --fault-delay later), lost (done, but never \
                answered).
                """,
            valueName: "kind=rate"
        )
    )
    var rates: [Rate] = []

    @Option(help: "Which requests fail follows from this number and the request's own.")
    var faultSeed: UInt64 = 0

    @Option(help: ArgumentHelp("How late slow answers come, in milliseconds.", valueName: "ms"))
    var faultDelay = 100

    @Flag(help: "Fail reads too, not only writes.")
    var faultReads = false

    func validate() throws {
        guard rates.reduce(0, { $0 + $1.rate }) <= 1 else {
            throw ValidationError("The rates of --fault add up to more than 1.")
        }
        guard (0...3_600_000).contains(faultDelay) else {
            throw ValidationError("--fault-delay is a number of milliseconds up to 3600000.")
        }
    }

    func apply(to options: inout NodeOptions) {
        guard !rates.isEmpty else { return }
        var plan = FaultPlan()
        for rate in rates { plan.rates[rate.kind, default: 0] += rate.rate }
        plan.seed = faultSeed
        plan.delay = .milliseconds(faultDelay)
        options.fault = { [plan] attempt in plan.fault(for: attempt) }
        options.faultsReading = faultReads
    }
}
