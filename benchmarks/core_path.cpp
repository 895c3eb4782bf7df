// The core path in C++17: the yardstick for the compiled kernel. One product, one malicious release per replication;
// the same rules, draws and order of events as the SimPy model in simulator/model, and no more than this path needs.
//
//   g++ -std=c++17 -O2 -march=native -ffp-contract=off -o core_path core_path.cpp
//   ./core_path WORLD SEED FIRST COUNT [log]
//
// Without -ffp-contract=off the compiler may fuse a product and a sum into one rounding, and times would differ from
// those of Python in the last bit. WORLD is written by benchmarks/reference.py. Printed are, if a log is asked, all
// events ("time kind subject"), then per replication "events customer_hours sum_of_event_times", and last the processor
// seconds of all replications.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <queue>
#include <vector>

using u32 = std::uint32_t;
using u64 = std::uint64_t;
constexpr double NEVER = INFINITY;

// ---- Draws: simulator/chance/philox.py and keys.py

enum Purpose : u32 {
    INSTALL_DELAY = 27, TRIGGER = 29, ACTIVATE = 30, DETECT_OWN = 31, DETECT_FINDER = 32, DETECT_VISIBLE = 33,
    PULL_DELAY = 34, EFFECT_ROUTE = 36, RESTORE_TIME = 40, LINK_PLACE = 44,
};

struct Draws {
    u64 seed;
    u32 replication;

    // Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011); a uniform on a grid of 2^-53, never 0 or 1.
    double uniform(Purpose purpose, u64 entity, u32 occurrence = 0) const {
        u32 c0 = u32(entity), c1 = u32(entity >> 32), c2 = replication, c3 = purpose << 24 | occurrence;
        u32 k0 = u32(seed), k1 = u32(seed >> 32);
        for (int round = 0; round < 10; round++) {
            const u64 p0 = u64(0xD2511F53) * c0, p1 = u64(0xCD9E8D57) * c2;
            c0 = u32(p1 >> 32) ^ c1 ^ k0;
            c1 = u32(p1);
            c2 = u32(p0 >> 32) ^ c3 ^ k1;
            c3 = u32(p0);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }
        const double u = (double(u64(c0) << 21 | c1 >> 11) + 0.5) * 0x1p-53;
        return u < 1.0 ? u : 1.0 - 0x1p-53;
    }
};

u64 splitmix64(u64 value) {
    u64 z = value + 0x9E3779B97F4A7C15;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return z ^ z >> 31;
}

// ---- Laws: simulator/rules/quantile.py and normal.py (Wichura's AS 241)

using Eight = double[8];

double ratio(double r, const Eight& top, const Eight& bottom) {
    double above = top[0], below = bottom[0];
    for (int k = 1; k < 8; k++) above = above * r + top[k], below = below * r + bottom[k];
    return above / (below * r + 1.0);
}

double inverse_normal(double p) {
    static constexpr Eight CENTRE = {2509.0809287301226727, 33430.575583588128105, 67265.770927008700853,
        45921.953931549871457, 13731.693765509461125, 1971.5909503065514427, 133.14166789178437745,
        3.3871328727963666080};
    static constexpr Eight UNDER_CENTRE = {0.0, 5226.4952788528545610, 28729.085735721942674, 39307.895800092710610,
        21213.794301586595867, 5394.1960214247511077, 687.18700749205790830, 42.313330701600911252};
    static constexpr Eight SHOULDER = {7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1,
        1.27045825245236838258, 3.64784832476320460504, 5.76949722146069140550, 4.63033784615654529590,
        1.42343711074968357734};
    static constexpr Eight UNDER_SHOULDER = {0.0, 1.05075007164441684324e-9, 5.47593808499534494600e-4,
        1.51986665636164571966e-2, 1.48103976427480074590e-1, 6.89767334985100004550e-1, 1.67638483018380384940,
        2.05319162663775882187};
    static constexpr Eight TAIL = {2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3,
        2.65321895265761230930e-2, 2.96560571828504891230e-1, 1.78482653991729133580, 5.46378491116411436990,
        6.65790464350110377720};
    static constexpr Eight UNDER_TAIL = {0.0, 2.04426310338993978564e-15, 1.42151175831644588870e-7,
        1.84631831751005468180e-5, 7.86869131145613259100e-4, 1.48753612908506148525e-2, 1.36929880922735805310e-1,
        5.99832206555887937690e-1};
    const double q = p - 0.5;
    if (std::fabs(q) <= 0.425) return q * ratio(0.180625 - q * q, CENTRE, UNDER_CENTRE);
    const double r = std::sqrt(-std::log(q < 0.0 ? p : 1.0 - p));
    const double z = r <= 5.0 ? ratio(r - 1.6, SHOULDER, UNDER_SHOULDER) : ratio(r - 5.0, TAIL, UNDER_TAIL);
    return q < 0.0 ? -z : z;
}

struct Law {
    double kind, a, b;

    double quantile(double u) const {
        switch (int(kind)) {
            case 0: return a;
            case 1: return a + (b - a) * u;
            case 2: return -a * std::log1p(-u);
            case 3: return a * std::exp(b * inverse_normal(u));
            default: return b * std::pow(-std::log1p(-u), 1.0 / a);  // Weibull
        }
    }
};

// ---- World

struct World {
    double released_h, activation, stops;       // hour of release; P(code works); P(it stops service where it works)
    u64 teams, cause;
    std::vector<double> customers, rank;        // by organisation; the lowest rank is served first
    std::vector<u64> organisation_key;
    std::vector<u64> carrier_of, carrier_key;   // by dependency: its organisation and its hash
    std::vector<u64> first_link, link_of;       // links out of i: link_of[first_link[i]] up to that of i + 1
    std::vector<u64> consumer, link_key;        // by link
    std::vector<double> recharge, restart_lag;
    Law install, delay, own, finder, visible, pull, restore, buffer;
};

template <class T> std::vector<T> column(std::ifstream& file) {
    u64 count = 0;
    file.read(reinterpret_cast<char*>(&count), sizeof count);
    std::vector<T> values(file ? count : 0);
    file.read(reinterpret_cast<char*>(values.data()), std::streamsize(count * sizeof(T)));
    return values;
}

World read_world(const char* path) {
    std::ifstream file(path, std::ios::binary);
    World w;
    const auto numbers = column<double>(file);
    const auto counts = column<u64>(file);
    const auto laws = column<double>(file);
    for (auto* into : {&w.customers, &w.rank, &w.recharge, &w.restart_lag}) *into = column<double>(file);
    for (auto* into : {&w.organisation_key, &w.carrier_of, &w.carrier_key, &w.first_link, &w.link_of, &w.consumer,
                       &w.link_key})
        *into = column<u64>(file);
    if (!file) {
        std::fprintf(stderr, "%s does not hold a world\n", path);
        std::exit(1);
    }
    w.released_h = numbers[0], w.activation = numbers[1], w.stops = numbers[2];
    w.teams = counts[0], w.cause = counts[1];
    Law* const into[8] = {&w.install, &w.delay, &w.own, &w.finder, &w.visible, &w.pull, &w.restore, &w.buffer};
    for (int k = 0; k < 8; k++) *into[k] = {laws[3 * k], laws[3 * k + 1], laws[3 * k + 2]};
    return w;
}

// ---- Events: the order of simulator/model/clock.py, (time, kind, subject, occurrence, sequence)

enum Kind : u64 {
    RESTORED = 2, SUPPLY_RESTARTED = 4, GIVEN_COMPROMISE = 10, RELEASE = 17, INSTALL = 18, ACTIVATION = 20,
    DETECTION = 22, WITHDRAWN = 23, OUTAGE = 27, BUFFER_EMPTY = 29, REPAIR_STARTS = 32, SERVICE_DOWN = 33,
    SERVICE_UP = 34,
};

struct Event {
    double time;
    u64 order;  // kind in the top 6 bits, then 34 of subject and 24 of occurrence
    u64 sequence;

    Kind kind() const { return Kind(order >> 58); }
    u64 who() const { return order >> 24 & 0x3FFFFFFFF; }
    u64 occurrence() const { return order & 0xFFFFFF; }
};

struct Later {
    bool operator()(const Event& a, const Event& b) const {
        if (a.time != b.time) return a.time > b.time;
        return a.order != b.order ? a.order > b.order : a.sequence > b.sequence;
    }
};

struct Job {
    double rank, asked_h, hours;
    u64 organisation;
};

struct Behind {
    bool operator()(const Job& a, const Job& b) const {
        if (a.rank != b.rank) return a.rank > b.rank;
        return a.asked_h != b.asked_h ? a.asked_h > b.asked_h : a.organisation > b.organisation;
    }
};

struct Entry {
    double time;
    int kind;
    u64 who;
};

struct Outcome {
    u64 events = 0;
    double customer_hours = 0.0, sum_of_times = 0.0;
};

// ---- One replication after another, in the same memory

class Simulation {
  public:
    Outcome outcome;
    std::vector<Entry> entries;

    Simulation(const World& world, u64 seed, bool keep_log) : w(world), seed(seed), keep_log(keep_log) {}

    void run(u32 replication) {
        reset(replication);
        at(w.released_h, GIVEN_COMPROMISE, 0);
        while (!queue.empty()) {
            const Event event = queue.top();
            queue.pop();
            now = event.time;
            happens(event);
        }
    }

  private:
    const World& w;
    u64 seed;
    bool keep_log;
    Draws draws{};
    std::priority_queue<Event, std::vector<Event>, Later> queue;  // both are empty again after each replication
    std::priority_queue<Job, std::vector<Job>, Behind> waiting;
    double now = 0.0;
    u64 sequence = 0, busy = 0;
    bool choosing = false;  // is a choice among the jobs of this instant already on the clock?
    double withdrawn_h = NEVER;
    bool detected = false;
    std::vector<double> install_h, acts_h;                      // by carrier
    std::vector<char> installed, acted, told;
    std::vector<char> pending, troubled, down;                  // by organisation
    std::vector<u32> cut_off;                                   // exhausted links into each organisation
    std::vector<double> since;                                  // when each organisation went down
    std::vector<char> supplied, exhausted;                      // by link
    std::vector<double> level, level_h;                         // hours of buffer, and when; below 0: full
    std::vector<u32> epoch;

    void reset(u32 replication) {
        const std::size_t carriers = w.carrier_of.size(), n = w.customers.size(), links = w.consumer.size();
        draws = {seed, replication};
        outcome = {};
        sequence = busy = 0;
        now = 0.0;
        choosing = detected = false;
        withdrawn_h = NEVER;
        entries.clear();
        install_h.resize(carriers);
        acts_h.resize(carriers);
        for (auto* flags : {&installed, &acted, &told}) flags->assign(carriers, 0);
        for (auto* flags : {&pending, &troubled, &down}) flags->assign(n, 0);
        cut_off.assign(n, 0);
        since.resize(n);
        supplied.assign(links, 1);
        exhausted.assign(links, 0);
        level.assign(links, -1.0);
        level_h.resize(links);
        epoch.assign(links, 0);
    }

    void at(double time, Kind kind, u64 who, u64 occurrence = 0) {
        queue.push({std::max(time, now), u64(kind) << 58 | who << 24 | occurrence, sequence++});
    }

    void record(Kind kind, u64 who) {
        outcome.events++;
        outcome.sum_of_times += now;
        if (keep_log) entries.push_back({now, int(kind), who});
    }

    void happens(const Event& event) {
        switch (event.kind()) {
            case GIVEN_COMPROMISE: return releases();
            case INSTALL: return installs(event.who());
            case ACTIVATION: return acts(event.occurrence());
            case DETECTION: return detects();
            case WITHDRAWN: return record(WITHDRAWN, 0);
            case REPAIR_STARTS: return assign_teams();
            case RESTORED: return restored(event.who());
            case BUFFER_EMPTY: return runs_dry(event.who(), event.occurrence());
            case SUPPLY_RESTARTED: return restarts(event.who(), event.occurrence());
            default: std::abort();
        }
    }

    // Install, activate, detect: simulator/model/{release,install,payload,detection}.py

    void releases() {
        record(GIVEN_COMPROMISE, 0);
        record(RELEASE, 0);
        const u64 salt = splitmix64(w.cause);
        double first_act = NEVER, found = NEVER;
        for (std::size_t k = 0; k < w.carrier_of.size(); k++) {
            const u64 key = w.carrier_key[k] ^ salt;
            install_h[k] = now + w.install.quantile(draws.uniform(INSTALL_DELAY, key));
            acts_h[k] = NEVER;
            if (draws.uniform(ACTIVATE, key) < w.activation)
                acts_h[k] = install_h[k] + w.delay.quantile(draws.uniform(TRIGGER, key));
            found = std::min(found, install_h[k] + w.own.quantile(draws.uniform(DETECT_OWN, key)));
            first_act = std::min(first_act, acts_h[k]);
        }
        found = std::min(found, now + w.finder.quantile(draws.uniform(DETECT_FINDER, w.cause)));
        if (first_act < NEVER)
            found = std::min(found, first_act + w.visible.quantile(draws.uniform(DETECT_VISIBLE, w.cause)));
        at(found, DETECTION, 0);
        const double pulled = found + w.pull.quantile(draws.uniform(PULL_DELAY, w.cause));
        for (std::size_t k = 0; k < install_h.size(); k++)
            if (install_h[k] < pulled || install_h[k] == now) at(install_h[k], INSTALL, k);
    }

    void installs(u64 k) {
        installed[k] = 1;
        record(INSTALL, k);
        if (acts_h[k] < NEVER) at(acts_h[k], ACTIVATION, w.carrier_of[k], k);
        if (detected) told_of(k);
    }

    void acts(u64 k) {
        const u64 i = w.carrier_of[k];
        const bool cleaned = told[k] && !pending[i];
        if (now >= withdrawn_h || cleaned) return;
        acted[k] = 1;
        record(ACTIVATION, i);
        ask_for_team(i);
        if (draws.uniform(EFFECT_ROUTE, w.carrier_key[k] ^ splitmix64(w.cause)) >= w.stops) return;
        record(OUTAGE, i);
        troubled[i] = 1;
        refresh(i);
    }

    void detects() {
        detected = true;
        record(DETECTION, 0);
        withdrawn_h = now + w.pull.quantile(draws.uniform(PULL_DELAY, w.cause));
        at(withdrawn_h, WITHDRAWN, 0);
        for (std::size_t k = 0; k < installed.size(); k++)
            if (installed[k]) told_of(k);
    }

    void told_of(u64 k) {
        if (acted[k]) return;
        told[k] = 1;
        ask_for_team(w.carrier_of[k]);
    }

    // Team, restore: simulator/model/{response,restoration}.py

    void ask_for_team(u64 i) {
        if (pending[i]) return;
        pending[i] = 1;
        const u64 key = w.organisation_key[i] ^ splitmix64(w.cause);
        waiting.push({w.rank[i], now, w.restore.quantile(draws.uniform(RESTORE_TIME, key)), i});
        choose();
    }

    // Teams are given out once all of an instant has happened, so that priority decides and not the order of names.
    void choose() {
        if (busy == w.teams || waiting.empty() || choosing) return;
        choosing = true;
        at(now, REPAIR_STARTS, 0);
    }

    void assign_teams() {
        choosing = false;
        while (busy < w.teams && !waiting.empty()) {
            const Job job = waiting.top();
            waiting.pop();
            busy++;
            record(REPAIR_STARTS, job.organisation);
            at(now + job.hours, RESTORED, job.organisation);
        }
    }

    void restored(u64 i) {
        record(RESTORED, i);
        busy--;
        pending[i] = 0;
        troubled[i] = 0;
        refresh(i);
        choose();
    }

    // Service, cascade: simulator/model/{service,cascade,supply}.py

    void refresh(u64 i) {
        const char now_down = troubled[i] || cut_off[i] > 0;
        if (now_down == down[i]) return;
        down[i] = now_down;
        record(now_down ? SERVICE_DOWN : SERVICE_UP, i);
        if (!now_down) outcome.customer_hours += (now - since[i]) * w.customers[i];
        since[i] = now;
        for (u64 p = w.first_link[i]; p < w.first_link[i + 1]; p++)
            now_down ? lost(w.link_of[p]) : regained(w.link_of[p]);
    }

    void lost(u64 k) {
        if (!supplied[k]) return;
        const double full = w.buffer.quantile(draws.uniform(LINK_PLACE, w.link_key[k], 1));
        level[k] = level[k] < 0.0 ? full : std::min(full, level[k] + w.recharge[k] * (now - level_h[k]));
        level_h[k] = now;
        supplied[k] = 0;
        epoch[k]++;
        if (!exhausted[k]) at(now + level[k], BUFFER_EMPTY, k, epoch[k]);
    }

    void runs_dry(u64 k, u64 of_epoch) {
        if (of_epoch != epoch[k]) return;
        record(BUFFER_EMPTY, k);
        exhausted[k] = 1;
        cut_off[w.consumer[k]]++;
        refresh(w.consumer[k]);
    }

    void regained(u64 k) {
        if (supplied[k]) return;
        level[k] = exhausted[k] ? 0.0 : std::max(level[k] - (now - level_h[k]), 0.0);
        level_h[k] = now;
        supplied[k] = 1;
        epoch[k]++;
        if (exhausted[k]) at(now + w.restart_lag[k], SUPPLY_RESTARTED, k, epoch[k]);
    }

    void restarts(u64 k, u64 of_epoch) {
        if (of_epoch != epoch[k]) return;
        record(SUPPLY_RESTARTED, k);
        exhausted[k] = 0;
        cut_off[w.consumer[k]]--;
        refresh(w.consumer[k]);
    }
};

double processor_seconds() {
    timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return double(t.tv_sec) + 1e-9 * double(t.tv_nsec);
}

int main(int argc, char** argv) {
    if (argc < 5) {
        std::fprintf(stderr, "usage: core_path WORLD SEED FIRST COUNT [log]\n");
        return 2;
    }
    const World world = read_world(argv[1]);
    const u64 seed = std::strtoull(argv[2], nullptr, 10);
    const u32 first = u32(std::strtoul(argv[3], nullptr, 10)), count = u32(std::strtoul(argv[4], nullptr, 10));
    Simulation simulation(world, seed, argc > 5);
    std::vector<Outcome> outcomes(count);
    const double start = processor_seconds();
    for (u32 r = 0; r < count; r++) {
        simulation.run(first + r);
        outcomes[r] = simulation.outcome;
        for (const Entry& e : simulation.entries)
            std::printf("%a %d %llu\n", e.time, e.kind, (unsigned long long)e.who);
    }
    const double seconds = processor_seconds() - start;
    for (const Outcome& o : outcomes)
        std::printf("%llu %.17g %.17g\n", (unsigned long long)o.events, o.customer_hours, o.sum_of_times);
    std::printf("%.9f\n", seconds);
}
