/* SPDX-License-Identifier: MIT
 *
 * The benchmark system "pageref" of checker/bench/pageref.hpp for SPIN. Parameters, with -D:
 * P pages (1 to 4), D readers, S splices (0 to 3), W writebacks, R reclaimers, CONV 0 to 2.
 *
 *   spin -DP=3 -DD=2 -DS=1 -DW=1 -DR=1 -DCONV=0 -o3 -a pageref.pml
 *   gcc -O3 -DNOREDUCE -DSAFETY -DNOFAIR -o pan pan.c && ./pan -m10000
 *
 * Every step of the system is one d_step or one plain statement; SUBMIT and COMPLETE touch nothing
 * shared, so that partial order reduction can use them. -o3 keeps SPIN from merging steps. Who has
 * finished waits forever: to terminate would be another step.
 */
#ifndef P
#define P 2
#define D 2
#define S 1
#define W 1
#define R 1
#endif
#ifndef CONV
#define CONV 0
#endif

#define NONE P

typedef Page {
  unsigned rc : 4 = 2;
  unsigned pins : 3;
  unsigned holders : 3; /* who counts it as pinned: a function of the state, for E4 and E5 */
  bit dirty;
  bit wb;
  bit mapped = 1;
  bit cached = 1;
  bit freed;
  bit iso;
};

Page page[P];
unsigned busy : 5 = D + S; /* actors that are not at rest: a function of the state, for E6 */
#if S > 0
byte ring[S] = NONE;
#endif

#if P == 1
#define EACH(OPTION) OPTION(0)
#define ANY(COND) COND(0)
#define ALL(COND) COND(0)
#elif P == 2
#define EACH(OPTION) OPTION(0) OPTION(1)
#define ANY(COND) (COND(0) || COND(1))
#define ALL(COND) (COND(0) && COND(1))
#elif P == 3
#define EACH(OPTION) OPTION(0) OPTION(1) OPTION(2)
#define ANY(COND) (COND(0) || COND(1) || COND(2))
#define ALL(COND) (COND(0) && COND(1) && COND(2))
#else
#define EACH(OPTION) OPTION(0) OPTION(1) OPTION(2) OPTION(3)
#define ANY(COND) (COND(0) || COND(1) || COND(2) || COND(3))
#define ALL(COND) (COND(0) && COND(1) && COND(2) && COND(3))
#endif

/* E6. A freed page has no references. */
#define CLEAN(p) \
  (page[p].pins == 0 && !page[p].wb && !page[p].iso && \
   page[p].rc == page[p].cached + page[p].mapped && !(page[p].freed && page[p].rc > 0))
#define REST busy--; assert(busy > 0 || ALL(CLEAN)) /* E6 */

#define USE(p) assert(!page[p].freed) /* E1 */
#define GET(p) assert(!page[p].freed && page[p].rc > 0) /* E1 */; page[p].rc++
#define PUT(p) \
  assert(page[p].rc > 0) /* E2 */; page[p].rc--; page[p].freed = page[p].freed || page[p].rc == 0
#define PIN(p) GET(p); page[p].pins++
#if CONV == 2
#define UNPIN(p) page[p].pins = page[p].pins - (page[p].pins > 0); PUT(p)
#else
#define UNPIN(p) assert(page[p].pins > 0) /* E3 */; page[p].pins--; PUT(p)
#endif

#define CAN_PIN(p) (page[p].mapped && page[p].rc > 0)
#define CAN_PIN_B(p) (CAN_PIN(p) && p != a)
#define ACQUIRE0(p) :: d_step { CAN_PIN(p) -> PIN(p); page[p].holders++; a = p }
#define ACQUIRE1(p) :: d_step { CAN_PIN_B(p) -> PIN(p); page[p].holders++; b = p }

#if D > 0
active [D] proctype reader() {
  unsigned a : 3 = NONE;
  unsigned b : 3 = NONE;

  if
  EACH(ACQUIRE0)
  :: d_step { !ANY(CAN_PIN) -> REST } goto end_done
  fi;
  if
  EACH(ACQUIRE1)
  :: !ANY(CAN_PIN_B)
  fi;
  skip; /* SUBMIT */
  d_step { USE(a); page[a].dirty = 1 };
  d_step { if :: b != NONE -> USE(b); page[b].dirty = 1 :: else fi };
  skip; /* COMPLETE */
  d_step { UNPIN(a); page[a].holders--; a = NONE };
  d_step { if :: b != NONE -> UNPIN(b); page[b].holders--; b = NONE :: else fi; REST };
end_done:
  false
}
#endif

#define CAN_SPLICE(p) (page[p].cached && page[p].rc > 0)
#if S > 0
#if S == 1
#define PUSH(p) ring[0] = p
#define POP ring[0] = NONE
#elif S == 2
#define PUSH(p) if :: ring[0] == NONE -> ring[0] = p :: else -> ring[1] = p fi
#define POP ring[0] = ring[1]; ring[1] = NONE
#else
#define PUSH(p) \
  if \
  :: ring[0] == NONE -> ring[0] = p \
  :: ring[0] != NONE && ring[1] == NONE -> ring[1] = p \
  :: else -> ring[2] = p \
  fi
#define POP ring[0] = ring[1]; ring[1] = ring[2]; ring[2] = NONE
#endif
#define SPLICE_IN(p) :: d_step { CAN_SPLICE(p) -> GET(p); PUSH(p) }

active [S] proctype splice() {
  unsigned q : 3 = NONE;

  if
  EACH(SPLICE_IN)
  :: d_step { !ANY(CAN_SPLICE) -> REST } goto end_done
  fi;
  d_step { q = ring[0]; POP }; /* CLAIM */
#if CONV == 0
  d_step { PIN(q); page[q].holders++ };
#else
  d_step { GET(q) };
#endif
  skip; /* SUBMIT */
  d_step { USE(q) };
  skip; /* COMPLETE */
#if CONV == 0
  d_step { UNPIN(q); page[q].holders-- };
#else
  d_step { UNPIN(q) };
#endif
  d_step { PUT(q); q = NONE; REST };
end_done:
  false
}
#endif

#define PICK(p) \
  :: d_step { page[p].dirty && !page[p].wb && page[p].rc > 0 -> GET(p); busy++; q = p }

#if W > 0
active [W] proctype writeback() {
  unsigned q : 3 = NONE;

end_pick:
  if
  EACH(PICK)
  fi;
  if /* CLEAR */
  :: d_step { page[q].dirty && !page[q].wb && page[q].pins == 0 -> page[q].dirty = 0 };
     if /* START */
     :: d_step { page[q].pins > 0 || page[q].wb -> page[q].dirty = 1 }
     :: d_step {
          page[q].pins == 0 && !page[q].wb ->
          assert(page[q].holders == 0); /* E4 */
          page[q].wb = 1
        };
        d_step { page[q].wb = 0 } /* END */
     fi
  :: !page[q].dirty || page[q].wb || page[q].pins > 0
  fi;
  d_step { PUT(q); q = NONE; REST };
end_done:
  false
}
#endif

#define IN_USE(p) (page[p].pins > 0 || page[p].dirty || page[p].wb)
#define ISOLATE(p) \
  :: d_step { \
       page[p].cached && page[p].rc > 0 && !page[p].iso && !page[p].dirty && !page[p].wb -> \
       GET(p); page[p].iso = 1; busy++; q = p \
     }

#if R > 0
active [R] proctype reclaimer() {
  unsigned q : 3 = NONE;

end_isolate:
  if
  EACH(ISOLATE)
  fi;
  if /* UNMAP */
  :: d_step { !IN_USE(q) -> page[q].rc = page[q].rc - page[q].mapped; page[q].mapped = 0 };
     if /* FREEZE */
     :: d_step { page[q].rc == 2 && !IN_USE(q) -> page[q].rc = 0 };
        d_step { page[q].cached = 0 };
        d_step { /* FREE */
          assert(page[q].holders == 0 && page[q].rc == 0); /* E5 */
          page[q].freed = 1;
          page[q].iso = 0;
          q = NONE;
          REST
        };
        goto end_done
     :: page[q].rc != 2 || IN_USE(q)
     fi
  :: IN_USE(q)
  fi;
  d_step { page[q].iso = 0; PUT(q); q = NONE; REST };
end_done:
  false
}
#endif
