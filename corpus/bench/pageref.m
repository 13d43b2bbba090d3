-- SPDX-License-Identifier: MIT
--
-- The benchmark system "pageref" of checker/bench/pageref.hpp for Rumur, one rule for each step.
-- Parameters are the constants below, each at least 1; a script may replace their lines.
--
--   rumur --deadlock-detection off --threads 1 -o pageref.c pageref.m
--   cc -O3 -march=native -mcx16 -o pageref pageref.c -lpthread && ./pageref

const
  P: 2; -- pages
  D: 2; -- readers
  S: 1; -- splices
  W: 1; -- writebacks
  R: 1; -- reclaimers
  CONV: 0; -- 0: splices pin; 1: they get, but unpin; 2: and that goes unnoticed

type
  Page: scalarset(P);
  Reader: scalarset(D);
  Splice: scalarset(S);
  Writeback: scalarset(W);
  Reclaimer: scalarset(R);

  PageState: record
    rc: 0..15;
    pins: 0..7;
    dirty: boolean;
    wb: boolean;
    mapped: boolean;
    cached: boolean;
    freed: boolean;
    iso: boolean;
  end;

  ReaderState: record
    pc: enum { ACQ0, ACQ1, SUBMIT, DMA0, DMA1, COMPLETE, REL0, REL1, DONE };
    a: Page;
    b: Page;
  end;
  SpliceState: record
    pc: enum { IN, CLAIM, ACQ, S_SUBMIT, DMA, S_COMPLETE, REL, RELSLOT, S_DONE };
    q: Page;
  end;
  WritebackState: record
    pc: enum { WB_PICK, WB_CLEAR, WB_START, WB_END, WB_PUT, WB_DONE };
    q: Page;
  end;
  ReclaimerState: record
    pc: enum { ISOLATE, UNMAP, FREEZE, REMOVE, FREE, PUT_BACK, R_DONE };
    q: Page;
  end;

var
  page: array [Page] of PageState;
  ring: array [0..S - 1] of Page; -- entry 0 is the oldest
  reader: array [Reader] of ReaderState;
  splice: array [Splice] of SpliceState;
  writeback: array [Writeback] of WritebackState;
  reclaimer: array [Reclaimer] of ReclaimerState;

procedure get_page(p: Page);
begin
  assert !page[p].freed & page[p].rc > 0 "E1: use after free";
  page[p].rc := page[p].rc + 1;
end;

procedure put_page(p: Page);
begin
  assert page[p].rc > 0 "E2: refcount underflow";
  page[p].rc := page[p].rc - 1;
  if page[p].rc = 0 then
    page[p].freed := true;
  end;
end;

procedure pin_page(p: Page);
begin
  get_page(p);
  page[p].pins := page[p].pins + 1;
end;

procedure unpin_page(p: Page);
begin
  assert CONV = 2 | page[p].pins > 0 "E3: pincount underflow";
  if page[p].pins > 0 then
    page[p].pins := page[p].pins - 1;
  end;
  put_page(p);
end;

procedure access(p: Page);
begin
  assert !page[p].freed "E1: use after free";
end;

function can_pin(p: Page): boolean;
begin
  return page[p].mapped & page[p].rc > 0;
end;

function in_use(p: Page): boolean;
begin
  return page[p].pins > 0 | page[p].dirty | page[p].wb;
end;

function has_holder(p: Page): boolean;
begin
  return (exists r: Reader do
            (!isundefined(reader[r].a) & reader[r].a = p) |
            (!isundefined(reader[r].b) & reader[r].b = p)
          end) |
         (CONV = 0 & exists s: Splice do
            (splice[s].pc = S_SUBMIT | splice[s].pc = DMA | splice[s].pc = S_COMPLETE |
             splice[s].pc = REL) &
            splice[s].q = p
          end);
end;

startstate
begin
  undefine page;
  undefine ring;
  undefine reader;
  undefine splice;
  undefine writeback;
  undefine reclaimer;
  for p: Page do
    page[p].rc := 2;
    page[p].pins := 0;
    page[p].dirty := false;
    page[p].wb := false;
    page[p].mapped := true;
    page[p].cached := true;
    page[p].freed := false;
    page[p].iso := false;
  end;
  for r: Reader do reader[r].pc := ACQ0; end;
  for s: Splice do splice[s].pc := IN; end;
  for w: Writeback do writeback[w].pc := WB_PICK; end;
  for c: Reclaimer do reclaimer[c].pc := ISOLATE; end;
end;

ruleset r: Reader do
  ruleset p: Page do
    rule "ACQ0" reader[r].pc = ACQ0 & can_pin(p) ==>
    begin
      pin_page(p);
      reader[r].a := p;
      reader[r].pc := ACQ1;
    end;
    rule "ACQ1" reader[r].pc = ACQ1 & can_pin(p) & p != reader[r].a ==>
    begin
      pin_page(p);
      reader[r].b := p;
      reader[r].pc := SUBMIT;
    end;
  end;

  rule "ACQ0 none" reader[r].pc = ACQ0 & !exists p: Page do can_pin(p) end ==>
  begin
    reader[r].pc := DONE;
  end;
  rule "ACQ1 none"
    reader[r].pc = ACQ1 & !exists p: Page do can_pin(p) & p != reader[r].a end ==>
  begin
    reader[r].pc := SUBMIT;
  end;
  rule "SUBMIT" reader[r].pc = SUBMIT ==>
  begin
    reader[r].pc := DMA0;
  end;
  rule "DMA0" reader[r].pc = DMA0 ==>
  begin
    access(reader[r].a);
    page[reader[r].a].dirty := true;
    reader[r].pc := DMA1;
  end;
  rule "DMA1" reader[r].pc = DMA1 ==>
  begin
    if !isundefined(reader[r].b) then
      access(reader[r].b);
      page[reader[r].b].dirty := true;
    end;
    reader[r].pc := COMPLETE;
  end;
  rule "COMPLETE" reader[r].pc = COMPLETE ==>
  begin
    reader[r].pc := REL0;
  end;
  rule "REL0" reader[r].pc = REL0 ==>
  begin
    unpin_page(reader[r].a);
    undefine reader[r].a;
    reader[r].pc := REL1;
  end;
  rule "REL1" reader[r].pc = REL1 ==>
  begin
    if !isundefined(reader[r].b) then
      unpin_page(reader[r].b);
      undefine reader[r].b;
    end;
    reader[r].pc := DONE;
  end;
end;

ruleset s: Splice do
  ruleset p: Page do
    rule "IN" splice[s].pc = IN & page[p].cached & page[p].rc > 0 ==>
    var
      pushed: boolean;
    begin
      get_page(p);
      pushed := false;
      for i: 0..S - 1 do
        if !pushed & isundefined(ring[i]) then
          ring[i] := p;
          pushed := true;
        end;
      end;
      splice[s].pc := CLAIM;
    end;
  end;

  rule "IN none"
    splice[s].pc = IN & !exists p: Page do page[p].cached & page[p].rc > 0 end ==>
  begin
    splice[s].pc := S_DONE;
  end;
  rule "CLAIM" splice[s].pc = CLAIM ==>
  begin
    splice[s].q := ring[0];
    undefine ring[0];
    for i: 0..S - 1 do
      if i > 0 then
        if !isundefined(ring[i]) then
          ring[i - 1] := ring[i];
          undefine ring[i];
        end;
      end;
    end;
    splice[s].pc := ACQ;
  end;
  rule "ACQ" splice[s].pc = ACQ ==>
  begin
    if CONV = 0 then
      pin_page(splice[s].q);
    else
      get_page(splice[s].q);
    end;
    splice[s].pc := S_SUBMIT;
  end;
  rule "SUBMIT" splice[s].pc = S_SUBMIT ==>
  begin
    splice[s].pc := DMA;
  end;
  rule "DMA" splice[s].pc = DMA ==>
  begin
    access(splice[s].q);
    splice[s].pc := S_COMPLETE;
  end;
  rule "COMPLETE" splice[s].pc = S_COMPLETE ==>
  begin
    splice[s].pc := REL;
  end;
  rule "REL" splice[s].pc = REL ==>
  begin
    unpin_page(splice[s].q);
    splice[s].pc := RELSLOT;
  end;
  rule "RELSLOT" splice[s].pc = RELSLOT ==>
  begin
    put_page(splice[s].q);
    undefine splice[s].q;
    splice[s].pc := S_DONE;
  end;
end;

ruleset w: Writeback do
  ruleset p: Page do
    rule "PICK"
      writeback[w].pc = WB_PICK & page[p].dirty & !page[p].wb & page[p].rc > 0 ==>
    begin
      get_page(p);
      writeback[w].q := p;
      writeback[w].pc := WB_CLEAR;
    end;
  end;

  rule "CLEAR" writeback[w].pc = WB_CLEAR ==>
  begin
    alias q: writeback[w].q do
      if !page[q].dirty | page[q].wb | page[q].pins > 0 then
        writeback[w].pc := WB_PUT;
      else
        page[q].dirty := false;
        writeback[w].pc := WB_START;
      end;
    end;
  end;
  rule "START" writeback[w].pc = WB_START ==>
  begin
    alias q: writeback[w].q do
      if page[q].pins > 0 | page[q].wb then
        page[q].dirty := true;
        writeback[w].pc := WB_PUT;
      else
        assert !has_holder(q) "E4: writeback while pinned";
        page[q].wb := true;
        writeback[w].pc := WB_END;
      end;
    end;
  end;
  rule "END" writeback[w].pc = WB_END ==>
  begin
    page[writeback[w].q].wb := false;
    writeback[w].pc := WB_PUT;
  end;
  rule "PUT" writeback[w].pc = WB_PUT ==>
  begin
    put_page(writeback[w].q);
    undefine writeback[w].q;
    writeback[w].pc := WB_DONE;
  end;
end;

ruleset c: Reclaimer do
  ruleset p: Page do
    rule "ISO"
      reclaimer[c].pc = ISOLATE & page[p].cached & page[p].rc > 0 & !page[p].iso &
      !page[p].dirty & !page[p].wb ==>
    begin
      get_page(p);
      page[p].iso := true;
      reclaimer[c].q := p;
      reclaimer[c].pc := UNMAP;
    end;
  end;

  rule "UNMAP" reclaimer[c].pc = UNMAP ==>
  begin
    alias q: reclaimer[c].q do
      if in_use(q) then
        reclaimer[c].pc := PUT_BACK;
      else
        if page[q].mapped then
          page[q].mapped := false;
          page[q].rc := page[q].rc - 1;
        end;
        reclaimer[c].pc := FREEZE;
      end;
    end;
  end;
  rule "FREEZE" reclaimer[c].pc = FREEZE ==>
  begin
    alias q: reclaimer[c].q do
      if page[q].rc = 2 & !in_use(q) then
        page[q].rc := 0;
        reclaimer[c].pc := REMOVE;
      else
        reclaimer[c].pc := PUT_BACK;
      end;
    end;
  end;
  rule "REMOVE" reclaimer[c].pc = REMOVE ==>
  begin
    page[reclaimer[c].q].cached := false;
    reclaimer[c].pc := FREE;
  end;
  rule "FREE" reclaimer[c].pc = FREE ==>
  begin
    alias q: reclaimer[c].q do
      assert !has_holder(q) & page[q].rc = 0 "E5: freed while used";
      page[q].freed := true;
      page[q].iso := false;
    end;
    undefine reclaimer[c].q;
    reclaimer[c].pc := R_DONE;
  end;
  rule "PUTBACK" reclaimer[c].pc = PUT_BACK ==>
  begin
    page[reclaimer[c].q].iso := false;
    put_page(reclaimer[c].q);
    undefine reclaimer[c].q;
    reclaimer[c].pc := R_DONE;
  end;
end;

invariant "E6: leftovers"
  (forall r: Reader do reader[r].pc = DONE end &
   forall s: Splice do splice[s].pc = S_DONE end &
   forall w: Writeback do writeback[w].pc = WB_PICK | writeback[w].pc = WB_DONE end &
   forall c: Reclaimer do reclaimer[c].pc = ISOLATE | reclaimer[c].pc = R_DONE end) ->
  forall p: Page do
    page[p].pins = 0 & !page[p].wb & !page[p].iso & (page[p].freed -> page[p].rc = 0) &
    page[p].rc = (page[p].cached ? 1 : 0) + (page[p].mapped ? 1 : 0)
  end;
