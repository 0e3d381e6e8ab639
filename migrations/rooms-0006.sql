-- Room selection: what decides who gets a bed.
--
-- Order of locks, everywhere: the round (shared by choices, alone for operators), teams, people
-- (their rows of rooms_eligible), beds; each by number. Whoever keeps to it never deadlocks.

CREATE FUNCTION rooms_log_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rooms_log is append-only';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON rooms_log
    FOR EACH STATEMENT EXECUTE FUNCTION rooms_log_append_only();

-- A few requests of one moment: what comes of each. `asked` is [{nth, what, person, beds, room,
-- ticket, spent, seen}]: `what` is hold, confirm, release or giveup; `spent` is the serial that
-- tickets are used up to; `seen` an answer that was given from memory and is only written down.
-- For each request its outcome (done, same, or why not), the beds, until when they are held, and
-- whether a bed was freed that somebody waits for.
CREATE FUNCTION rooms_choose(the_round integer, asked jsonb)
RETURNS TABLE (nth integer, outcome text, beds integer[], until timestamptz, kept boolean)
-- One plan for ever, by the indexes: planning a choice anew takes longer than deciding it, and a
-- plan that was made while few had come would later read a table from its beginning.
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
    r rooms_rounds;
    one record;
    me record;
    moment timestamptz;
    people integer[];
    rooms integer[];
    teams integer[];
    wanted integer[];
    found_team integer;
    leader integer;
    members integer[];
    targets integer[];
    lost integer[];
    said text;
    ends timestamptz;
    for_line boolean;
    worn boolean;  -- somebody has no change left
    late boolean;  -- a hold has run out
    able integer;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(6006, the_round);
    SELECT array_agg((x->>'person')::int), array_agg((x->>'room')::int)
        FILTER (WHERE x->>'room' IS NOT NULL)
    INTO people, rooms FROM jsonb_array_elements(asked) x;
    SELECT array_agg(id) INTO teams FROM (
        SELECT t.id FROM rooms_teams t WHERE t.ended_at IS NULL AND t.id IN (
            SELECT m.team_id FROM rooms_members m
            WHERE m.round_id = the_round AND m.agreed_at IS NOT NULL AND m.person_id = ANY (people))
        ORDER BY t.id FOR UPDATE) locked;
    IF teams IS NOT NULL THEN
        SELECT people || array_agg(m.person_id) INTO people FROM rooms_members m
        WHERE m.team_id = ANY (teams) AND m.agreed_at IS NOT NULL;
    END IF;
    PERFORM FROM rooms_eligible e WHERE e.round_id = the_round AND e.person_id = ANY (people)
        ORDER BY e.person_id FOR NO KEY UPDATE;
    -- What they have, what they want (and the rooms where any bed will do).
    SELECT array_agg(bed) INTO wanted FROM (
        SELECT jsonb_array_elements(x->'beds')::int AS bed FROM jsonb_array_elements(asked) x
        WHERE x->>'seen' IS NULL
        UNION ALL SELECT b.bed_id FROM rooms_beds b WHERE b.round_id = the_round
            AND b.person_id = ANY (people) AND b.state = 'taken'
        UNION ALL SELECT b.bed_id FROM rooms_beds b WHERE b.round_id = the_round
            AND b.person_id = ANY (people) AND b.state = 'held') all_of_them;
    IF rooms IS NOT NULL THEN
        SELECT wanted || array_agg(b.bed_id) INTO wanted FROM rooms_beds b
        WHERE b.round_id = the_round AND b.room_id = ANY (rooms);
    END IF;
    PERFORM FROM rooms_beds b WHERE b.round_id = the_round AND b.bed_id = ANY (wanted)
        ORDER BY b.bed_id FOR NO KEY UPDATE;
    SELECT * INTO r FROM rooms_rounds WHERE id = the_round;
    moment := clock_timestamp();

    FOR one IN
        SELECT * FROM jsonb_to_recordset(asked) AS x (nth int, what text, person int, beds int[],
            room int, ticket bigint, spent bigint, seen text) ORDER BY nth
    LOOP
        targets := coalesce(one.beds, '{}');
        IF one.seen IS NOT NULL THEN  -- it was answered: written down, and its ticket used up
            UPDATE rooms_eligible SET ticket = one.spent
            WHERE round_id = the_round AND person_id = one.person AND ticket < one.spent;
            INSERT INTO rooms_log (round_id, at, person_id, by_id, what, outcome, bed_id, data)
            VALUES (the_round, moment, one.person, one.person, one.what, one.seen, targets[1],
                '{"memory": true}');
            nth := one.nth;
            outcome := one.seen;
            beds := targets;
            until := NULL;
            kept := false;
            RETURN NEXT;
            CONTINUE;
        END IF;
        ends := NULL;
        lost := NULL;
        for_line := false;
        members := ARRAY[one.person];
        found_team := NULL;
        SELECT e.pool_id, e.used, e.ticket, e.withdrawn_at, p.gone_at,
            q.sex = '' OR q.sex = p.sex AS fits,
            (SELECT b.bed_id FROM rooms_beds b WHERE b.round_id = the_round
                AND b.person_id = one.person AND b.state = 'taken') AS bed,
            (SELECT t.id FROM rooms_members m JOIN rooms_teams t ON t.id = m.team_id
                WHERE m.round_id = the_round AND m.person_id = one.person
                AND m.agreed_at IS NOT NULL AND t.ended_at IS NULL) AS team
        INTO me
        FROM rooms_eligible e JOIN campus_people p ON p.id = e.person_id
        JOIN rooms_pools q ON q.id = e.pool_id
        WHERE e.round_id = the_round AND e.person_id = one.person;
        said := CASE
            WHEN me.fits IS NOT TRUE THEN 'outside'
            WHEN me.withdrawn_at IS NOT NULL OR me.gone_at IS NOT NULL THEN 'withdrawn'
            WHEN r.stage <> 'ready' THEN 'stopped'
            WHEN moment < r.opens_at THEN 'early'
            WHEN moment >= r.closes_at THEN 'closed'
            WHEN one.ticket <= me.ticket THEN 'stale' END;
        IF one.spent IS NOT NULL AND said IS DISTINCT FROM 'stale' THEN
            UPDATE rooms_eligible SET ticket = one.spent
            WHERE round_id = the_round AND person_id = one.person AND ticket < one.spent;
        END IF;

        IF said IS NULL AND me.team IS NOT NULL AND one.what <> 'giveup' THEN
            SELECT t.leader_id, array_agg(m.person_id
                ORDER BY m.person_id <> t.leader_id, m.agreed_at, m.person_id)
            INTO leader, members FROM rooms_teams t JOIN rooms_members m ON m.team_id = t.id
            WHERE t.id = me.team AND m.agreed_at IS NOT NULL GROUP BY t.leader_id;
            IF cardinality(members) > 1 THEN
                found_team := me.team;
                said := CASE WHEN NOT members <@ people
                    THEN 'again'  -- the team came together after the locks were taken
                    WHEN r.together = 'leader' AND one.person <> leader THEN 'not_leader' END;
            END IF;
        END IF;
        -- A change costs one of the round's; so does giving up. Anew after giving up costs none.
        IF said IS NULL AND found_team IS NULL THEN
            worn := CASE WHEN me.bed IS NULL THEN me.used > r.changes ELSE me.used >= r.changes END;
        ELSIF said IS NULL AND one.what IN ('hold', 'confirm') THEN
            SELECT count(*) FILTER (WHERE e.pool_id = me.pool_id AND e.withdrawn_at IS NULL
                    AND p.gone_at IS NULL AND (q.sex = '' OR q.sex = p.sex)),
                bool_or(CASE WHEN (SELECT b.bed_id FROM rooms_beds b WHERE b.round_id = the_round
                        AND b.person_id = e.person_id AND b.state = 'taken') IS NULL
                    THEN e.used > r.changes ELSE e.used >= r.changes END)
            INTO able, worn
            FROM rooms_eligible e JOIN campus_people p ON p.id = e.person_id
            JOIN rooms_pools q ON q.id = e.pool_id
            WHERE e.round_id = the_round AND e.person_id = ANY (members);
            IF able < cardinality(members) THEN
                said := 'member';
            END IF;
        END IF;

        IF said IS NULL AND one.what = 'hold' THEN
            IF one.room IS NOT NULL AND targets = '{}' THEN
                SELECT coalesce(array_agg(bed_id), '{}') INTO targets FROM (
                    SELECT b.bed_id FROM rooms_beds b
                    WHERE b.round_id = the_round AND b.room_id = one.room AND b.pool_id = me.pool_id
                        AND (b.state = 'free' OR b.state = 'held' AND b.held_until <= moment
                            OR b.state = 'held' AND b.person_id = ANY (members))
                    ORDER BY coalesce(b.person_id = ANY (members), false) DESC, b.bed_id
                    LIMIT cardinality(members)) chosen;
                IF cardinality(targets) < cardinality(members) THEN
                    said := 'full';
                    targets := '{}';
                END IF;
            END IF;
            IF said IS NULL THEN
                SELECT CASE
                    WHEN cardinality(targets) <> cardinality(members) THEN 'number'
                    WHEN count(*) < cardinality(targets) THEN 'outside'
                    WHEN bool_or(b.pool_id <> me.pool_id) THEN 'outside'
                    WHEN min(b.room_id) <> max(b.room_id) THEN 'apart'
                    WHEN bool_and(coalesce(b.person_id = ANY (members) AND (b.state = 'taken'
                        OR b.held_until > moment AND b.team_id IS NOT DISTINCT FROM found_team),
                        false)) THEN 'same'
                    WHEN worn THEN 'changes'
                    WHEN bool_or(b.state = 'frozen') THEN 'frozen'
                    WHEN bool_or(b.state = 'taken') THEN 'taken'
                    WHEN bool_or(b.state = 'kept' OR b.state = 'held' AND CASE
                        WHEN b.held_until > moment THEN b.person_id <> ALL (members)
                        ELSE EXISTS (SELECT FROM rooms_waiting w WHERE w.round_id = the_round
                            AND w.room_id = b.room_id AND w.state = 'waiting') END) THEN 'held'
                    END, min(b.held_until), bool_or(b.held_until <= moment)
                INTO said, ends, late
                FROM rooms_beds b WHERE b.round_id = the_round AND b.bed_id = ANY (targets);
            END IF;
            IF said IS NULL THEN
                -- First whose hold has run out, then what the choosers held until now.
                IF late THEN
                    PERFORM rooms_free(the_round, array_agg(b.bed_id), 'expire', NULL, moment)
                    FROM rooms_beds b WHERE b.round_id = the_round AND b.bed_id = ANY (targets)
                        AND b.state = 'held' AND b.held_until <= moment;
                END IF;
                SELECT array_agg(b.bed_id) INTO lost FROM rooms_beds b
                WHERE b.round_id = the_round AND b.person_id = ANY (members) AND b.state = 'held';
                IF lost IS NOT NULL THEN
                    for_line := rooms_free(the_round, lost, 'release', one.person, moment);
                END IF;
                ends := moment + make_interval(secs => r.hold);
                UPDATE rooms_beds b SET state = 'held', person_id = x.person, team_id = found_team,
                    held_until = ends, at = moment
                FROM unnest(targets, members) AS x (bed, person)
                WHERE b.round_id = the_round AND b.bed_id = x.bed;
                INSERT INTO rooms_log (round_id, at, person_id, by_id, what, outcome, bed_id, team_id)
                SELECT the_round, moment, x.person, one.person, 'hold', 'done', x.bed, found_team
                FROM unnest(targets, members) AS x (bed, person);
                said := 'done';
            END IF;
        ELSIF said IS NULL AND one.what = 'confirm' THEN
            SELECT array_agg(b.bed_id ORDER BY b.bed_id), CASE
                WHEN count(*) = 0 THEN 'none'
                WHEN min(b.held_until) <= moment THEN 'expired'
                WHEN bool_or(b.pool_id <> me.pool_id) THEN 'outside'
                WHEN count(*) < cardinality(members) THEN 'member'
                WHEN bool_or(b.team_id IS DISTINCT FROM found_team) THEN 'none'
                WHEN worn THEN 'changes' END
            INTO targets, said FROM rooms_beds b
            WHERE b.round_id = the_round AND b.person_id = ANY (members) AND b.state = 'held';
            IF said = 'none' THEN
                SELECT 'same', array_agg(b.bed_id) INTO said, targets FROM rooms_beds b
                WHERE b.round_id = the_round AND b.person_id = one.person AND b.state = 'taken'
                HAVING count(*) > 0 AND (coalesce(one.beds, '{}') = '{}'
                    OR array_agg(b.bed_id) && one.beds);
                said := coalesce(said, 'none');
            ELSIF said IN ('expired', 'outside') THEN
                for_line := rooms_free(the_round, targets,
                    CASE said WHEN 'expired' THEN 'expire' ELSE 'release' END, NULL, moment);
            ELSIF said IS NULL THEN
                SELECT array_agg(b.bed_id) INTO lost FROM rooms_beds b
                WHERE b.round_id = the_round AND b.person_id = ANY (members) AND b.state = 'taken';
                INSERT INTO rooms_log
                    (round_id, at, person_id, by_id, what, outcome, bed_id, from_id, team_id)
                SELECT the_round, moment, b.person_id, one.person, 'confirm', 'done', b.bed_id,
                    (SELECT old.bed_id FROM rooms_beds old WHERE old.round_id = the_round
                        AND old.person_id = b.person_id AND old.state = 'taken'), found_team
                FROM rooms_beds b WHERE b.round_id = the_round AND b.bed_id = ANY (targets);
                IF lost IS NOT NULL THEN
                    UPDATE rooms_eligible e SET used = e.used + 1
                    WHERE e.round_id = the_round AND e.person_id IN (
                        SELECT b.person_id FROM rooms_beds b
                        WHERE b.round_id = the_round AND b.bed_id = ANY (lost));
                    for_line := rooms_free(the_round, lost, NULL, NULL, moment);
                END IF;
                UPDATE rooms_beds b SET state = 'taken', held_until = NULL, at = moment
                WHERE b.round_id = the_round AND b.bed_id = ANY (targets);
                IF found_team IS NOT NULL THEN
                    UPDATE rooms_teams SET ended_at = moment WHERE id = found_team;
                END IF;
                UPDATE rooms_waiting w SET state = 'got' WHERE w.round_id = the_round
                    AND w.state = 'offered' AND w.person_id = ANY (members)
                    AND w.bed_id = ANY (targets);
                said := 'done';
            END IF;
        ELSIF said IS NULL THEN
            SELECT array_agg(b.bed_id) INTO lost FROM rooms_beds b
            WHERE b.round_id = the_round AND b.person_id = ANY (members)
                AND b.state = CASE one.what WHEN 'giveup' THEN 'taken' ELSE 'held' END;
            targets := coalesce(lost, '{}');
            said := CASE WHEN lost IS NULL THEN 'none' ELSE 'done' END;
            IF lost IS NOT NULL THEN
                for_line := rooms_free(the_round, lost, one.what, one.person, moment);
                IF one.what = 'giveup' THEN
                    UPDATE rooms_eligible SET used = used + 1
                    WHERE round_id = the_round AND person_id = one.person;
                END IF;
            END IF;
        END IF;

        IF said <> 'done' THEN
            INSERT INTO rooms_log
                (round_id, at, person_id, by_id, what, outcome, bed_id, team_id)
            VALUES (the_round, moment, one.person, one.person, one.what, said,
                CASE WHEN cardinality(targets) = 1 THEN targets[1] END, found_team);
        END IF;
        nth := one.nth;
        outcome := said;
        beds := coalesce(targets, '{}');
        until := ends;
        kept := for_line;
        RETURN NEXT;
    END LOOP;
    UPDATE rooms_turns SET served_at = moment
    WHERE round_id = the_round AND person_id = ANY (people) AND served_at IS NULL;
END $$;

-- Free beds that are locked: each for the line of its room if there is one (then true), else for
-- all. `what` is written down with whoever had the bed; NULL: written down elsewhere. Processes
-- that answer «taken» from memory are told of beds that were taken.
CREATE FUNCTION rooms_free(
    the_round integer, the_beds integer[], what text, by_whom integer, moment timestamptz
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    sure boolean;
    line boolean;
BEGIN
    IF the_beds IS NULL THEN
        RETURN false;
    END IF;
    IF what IS NOT NULL THEN
        INSERT INTO rooms_log (round_id, at, person_id, by_id, what, outcome, bed_id, team_id)
        SELECT the_round, moment, b.person_id, by_whom, what, 'done', b.bed_id, b.team_id
        FROM rooms_beds b WHERE b.round_id = the_round AND b.bed_id = ANY (the_beds);
    END IF;
    SELECT bool_or(b.state = 'taken') INTO sure FROM rooms_beds b
    WHERE b.round_id = the_round AND b.bed_id = ANY (the_beds);
    WITH freed AS (
        UPDATE rooms_beds b SET person_id = NULL, team_id = NULL, held_until = NULL, at = moment,
            state = CASE WHEN EXISTS (SELECT FROM rooms_waiting w WHERE w.round_id = the_round
                AND w.room_id = b.room_id AND w.state = 'waiting') THEN 'kept' ELSE 'free' END
        WHERE b.round_id = the_round AND b.bed_id = ANY (the_beds) RETURNING b.state)
    SELECT bool_or(state = 'kept') INTO line FROM freed;
    IF sure THEN
        PERFORM pg_notify('weihouqin_changed', 'rooms:beds:' || the_round);
    END IF;
    RETURN line;
END $$;

-- Those who come to a round: for each their number in the queue (NULL before it opens, and for
-- whoever may not choose), their pool, and how far the gate has let in. Lets in `tokens` more.
CREATE FUNCTION rooms_arrive(the_round integer, people integer[], tokens integer)
RETURNS TABLE (person integer, pool integer, number bigint, frontier bigint, last bigint)
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
    is_open boolean;
    gate rooms_gates;
    fresh integer[];
BEGIN
    SELECT r.stage = 'ready' AND clock_timestamp() BETWEEN r.opens_at AND r.closes_at INTO is_open
    FROM rooms_rounds r WHERE r.id = the_round;
    IF is_open THEN
        SELECT * INTO gate FROM rooms_gates g WHERE g.round_id = the_round FOR NO KEY UPDATE;
        SELECT array_agg(x.person ORDER BY x.nth) INTO fresh
        FROM unnest(people) WITH ORDINALITY AS x (person, nth)
        JOIN rooms_eligible e ON e.round_id = the_round AND e.person_id = x.person
        WHERE NOT EXISTS (SELECT FROM rooms_turns t
            WHERE t.round_id = the_round AND t.person_id = x.person);
        INSERT INTO rooms_turns (round_id, person_id, number, came_at)
        SELECT the_round, x.person, gate.last + x.nth, clock_timestamp()
        FROM unnest(fresh) WITH ORDINALITY AS x (person, nth);
        gate.last := gate.last + coalesce(cardinality(fresh), 0);
        gate.frontier := LEAST(gate.frontier + tokens, gate.last);
        UPDATE rooms_gates g SET last = gate.last, frontier = gate.frontier
        WHERE g.round_id = the_round AND (g.last, g.frontier) <> (gate.last, gate.frontier);
    END IF;
    RETURN QUERY
    SELECT x.person, e.pool_id, t.number, coalesce(gate.frontier, 0), coalesce(gate.last, 0)
    FROM unnest(people) AS x (person)
    LEFT JOIN rooms_eligible e ON e.round_id = the_round AND e.person_id = x.person
        AND e.withdrawn_at IS NULL
    LEFT JOIN rooms_turns t ON t.round_id = the_round AND t.person_id = x.person
    UNION ALL
    SELECT NULL, NULL, NULL, coalesce(gate.frontier, 0), coalesce(gate.last, 0);
END $$;
